import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { handoffsRecord, readHandoffs, toHandoffsRecord } from '../../shared/schema/records-handoffs.ts';
import { readDeclined, storedRecords } from '../../shared/schema/records.ts';

const records = { ...storedRecords, handoffs: handoffsRecord };

/** The version of each stored record, and the hash of the shape it has in that version. */
const known: Readonly<Record<keyof typeof records, readonly [version: number, shape: string]>> = {
  incident: [1, '415a78af2b8c58cc'],
  event: [1, 'cae820b42320f75c'],
  policy: [1, 'ef75fd3e956b6de5'],
  config: [1, '8b52a9051ba39b7b'],
  details: [1, '03e8d61245c7f18e'],
  ingestKey: [1, '177e920e7c2c3222'],
  replyCode: [1, '89047bad9f5cfcec'],
  replyGuard: [1, 'd3584104b21fc080'],
  declined: [2, 'c82ada8c54584999'],
  mute: [1, 'a5b0ad89fce1f144'],
  contactHealth: [1, '38ed7cf692de16dc'],
  scheduleOverride: [1, '7d22298370ef9716'],
  inboxMessage: [1, '90c1318685587920'],
  traffic: [1, '6f8e9e50348c5eac'],
  bundle: [1, '239ae59e19e66878'],
  handoffs: [1, '9a306d1a290b67cc'],
  bundleMember: [1, 'e4fe96890077cc02'],
};

const whatToDo = `The shape of a stored record has changed, and records of the old shape are on users' disks. Give it the next version in
shared/schema/records.ts, let its reader lift the version before (an upcast with a test), and only then put the new version and hash here.
A record kept in columns (ingestKey, replyCode, replyGuard) needs a migration of the database as well.`;

test.each(Object.entries(records))('the stored shape of %s changes only with its version', (kind, { version, schema }) => {
  const shape = createHash('sha256')
    .update(JSON.stringify(z.toJSONSchema(schema)))
    .digest('hex')
    .slice(0, 16);
  expect({ [kind]: [version, shape] }, whatToDo).toEqual({ [kind]: Object.entries(known).find(([name]) => name === kind)?.[1] });
});

test('a declined signal of version 1 is read as it was written', () => {
  const row = {
    id: 'a',
    at: 1,
    service: 's',
    dedupKey: 'k',
    title: 't',
    action: 'resolve',
    outcome: 'ignored',
    reason: 'stale',
    incidentId: null,
  };
  expect(readDeclined({ ...row, schema: 1 })).toEqual(row);
  expect(readDeclined({ ...row, schema: 3 })).toBeNull();
});

test('a record of handoffs comes back whole, and one that cannot be read is looked at at once and tells nobody', () => {
  const handoffs = {
    ...{ version: 3, lookAt: 1, onCall: [{ schedule: 'constructor', people: ['ana'] }], lease: { claim: 'c', until: 2 } },
    notices: [{ schedule: 's', person: 'p', contact: 'c', change: 'on' as const, madeAt: 1, failures: 0, notBefore: 1 }],
  };
  const stored: unknown = JSON.parse(JSON.stringify(toHandoffsRecord(handoffs)));
  expect(readHandoffs(stored, 3)).toEqual(handoffs);
  for (const broken of [null, 'x', { ...handoffs, schema: 2 }, { ...handoffs, notices: null, schema: 1 }]) {
    expect(readHandoffs(broken, 3)).toEqual({ version: 3, lookAt: 0, onCall: [], notices: [], lease: null });
  }
});
