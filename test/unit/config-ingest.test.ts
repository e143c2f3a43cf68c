import { expect, test } from 'vitest';
import { documentFrom, errorsOf } from './config-documents.ts';

const ingestOf = (settings: object): unknown => documentFrom(JSON.stringify({ settings })).settings.ingest;

test('an ingest key may send 120 alarms a second and 1,000 at once, unless the settings say otherwise', () => {
  expect(ingestOf({})).toEqual({ perSecond: 120, burst: 1000 });
  expect(ingestOf({ ingest: null })).toEqual({ perSecond: 120, burst: 1000 });
  expect(ingestOf({ ingest: { burst: 50 } })).toEqual({ perSecond: 120, burst: 50 });
  expect(ingestOf({ ingest: { perSecond: 1, burst: 1_000_000 } })).toEqual({ perSecond: 1, burst: 1_000_000 });
});

test.each([
  ['perSecond', 0, 'out-of-range'],
  ['perSecond', 1_000_001, 'out-of-range'],
  ['perSecond', 0.5, 'wrong-type'],
  ['burst', -1, 'out-of-range'],
  ['burst', '1000', 'wrong-type'],
  ['bursts', 1000, 'unknown-field'],
])('settings.ingest.%s may not be %j, and the refusal says where it stands', (name, value, code) => {
  const errors = errorsOf(JSON.stringify({ settings: { ingest: { [name]: value } } }));
  expect(errors).toMatchObject([{ pointer: `/settings/ingest/${name}`, code, line: 1 }]);
});
