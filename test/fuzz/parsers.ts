import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { stringify } from 'yaml';
import * as z from 'zod/mini';
import { clockBody, inboxQuery, smsBody } from '../../local/local-bodies.ts';
import { judgeKey } from '../../shared/app/idempotency.ts';
import { channels } from '../../shared/channels/registry.ts';
import { parseDuration } from '../../shared/domain/duration.ts';
import { parseIncidentId } from '../../shared/domain/incident-id.ts';
import { parseSeverity } from '../../shared/domain/severity.ts';
import { isCarrierKeyword, parseReply } from '../../shared/domain/sms-reply.ts';
import { signAckToken, verifyAckToken } from '../../shared/http/ack-link.ts';
import { isCalendarToken, signCalendarLink } from '../../shared/http/calendar-link.ts';
import { bearerToken, looksLikeIngestKey } from '../../shared/http/credentials.ts';
import { parseEvent } from '../../shared/ingest/events.ts';
import type { FormatEvent, ParsedBody } from '../../shared/ingest/format.ts';
import { parsePagerDutyChange, parsePagerDutyEvent, routingKeyOf, severityWarning } from '../../shared/ingest/pagerduty.ts';
import { formats } from '../../shared/ingest/registry.ts';
import {
  isCertificateAddress,
  isConfirmationAddress,
  messageIdOf,
  parseSnsEnvelope,
  signedText,
} from '../../shared/ingest/sns-envelope.ts';
import { muteBody, saidBody } from '../../shared/schema/act-bodies.ts';
import * as api from '../../shared/schema/api.ts';
import { checkDocument } from '../../shared/schema/config-check.ts';
import { readConfigText } from '../../shared/schema/config-text.ts';
import { escalateBody, notesBody, reassignBody, snoozeBody } from '../../shared/schema/further-act-bodies.ts';
import { excessOf } from '../../shared/schema/json-text.ts';
import { overrideBody } from '../../shared/schema/override-body.ts';
import { BadCursor, formatCursor, parseCursor } from '../../shared/schema/records-cursor.ts';
import { bodyOfFixture, faultsOf, fixturesOf } from '../contract/format-bodies.ts';
import { family, type Family } from './family.ts';
import { anyJson, anyText, jsonTexts } from './inputs.ts';
import { machines } from './machines.ts';
import { texts } from './texts.ts';

const kilobyte = 1024;
const megabyte = 1024 * kilobyte;
const defaults = { service: 'checkout', severity: 'low' } as const;

/** What is wrong with what was made of a body; of the reason in which it was refused nothing can be. */
type Read = (value: unknown) => readonly string[];

/** A body of at most so many bytes on its way in: what is too much, or no JSON, is refused before it is read. */
const bodies = (name: string, examples: readonly unknown[], maxBytes: number, read: Read): Family =>
  family(name, jsonTexts(examples, maxBytes), (text) => {
    // A text has at least as many bytes as units: what is far too long is not even counted, as it is not read where it comes in.
    if (text.length > maxBytes || Buffer.byteLength(text) > maxBytes || excessOf(text) !== null) return [];
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return [];
    }
    return read(value);
  });

const wrongIn = (events: readonly FormatEvent[]): readonly string[] => events.flatMap((event) => faultsOf(event, 'checkout'));
/** What closes an incident needs no title. */
const wrongInTrigger = (event: FormatEvent): readonly string[] => (event.action === 'trigger' ? wrongIn([event]) : []);
const wrongInBody = (parsed: ParsedBody): readonly string[] => (parsed.ok ? wrongIn(parsed.events) : []);

const event = {
  ...{
    action: 'trigger',
    dedupKey: 'disk',
    title: 'error rate 12%',
    severity: 'P1',
    source: 'api-7',
    description: 'one\ntwo',
    type: 'http',
  },
  ...{ environment: 'production', labels: { region: 'eu', pod: 'a' }, details: { rate: 0.12, list: [1, { a: 'b' }] }, context: { run: 7 } },
  ...{ links: [{ href: 'https://ok.example/', text: 'Dashboard' }], occurredAt: '2026-01-05T09:00:00.000Z' },
};

const exchanges = z.object({ exchanges: z.array(z.object({ body: z.string() })) });
const recorded = (): readonly unknown[] => {
  const folder = new URL('../fixtures-ingest/pagerduty/', import.meta.url);
  return readdirSync(folder).flatMap((name) => {
    const found = exchanges.safeParse(JSON.parse(readFileSync(new URL(name, folder), 'utf8')));
    return found.success ? found.data.exchanges.slice(0, 3).map(({ body }): unknown => JSON.parse(body)) : [];
  });
};

const fixtures = (format: string): readonly unknown[] => fixturesOf(format).map((name) => bodyOfFixture(format, name));

const senders = [
  bodies('/v1/events', [event, { action: 'resolve', dedupKey: 'disk' }], 256 * kilobyte, (value) => {
    const parsed = parseEvent(value, defaults);
    return parsed.ok ? wrongInTrigger(parsed.event) : [];
  }),
  ...[...formats.values()].map(({ name, parse }) =>
    bodies(`/v1/ingest/${name}`, fixtures(name), 4 * megabyte, (value) => wrongInBody(parse(value, defaults, { group: false }))),
  ),
  bodies('/v1/ingest/alertmanager?group=true', fixtures('alertmanager'), 4 * megabyte, (value) =>
    wrongInBody(formats.get('alertmanager')!.parse(value, defaults, { group: true })),
  ),
  bodies('/v2/enqueue and /v2/change/enqueue', recorded(), megabyte, (value) => {
    routingKeyOf(value);
    const change = parsePagerDutyChange(value, defaults);
    const parsed = parsePagerDutyEvent(value, defaults);
    if (parsed.ok && parsed.event.action === 'trigger') severityWarning(parsed.event.signal);
    return [...(change.ok ? wrongIn([change.event]) : []), ...(parsed.ok ? wrongInTrigger(parsed.event) : [])];
  }),
  bodies('the SNS envelope', fixtures('sns'), 4 * megabyte, (value) => {
    messageIdOf(value);
    const parsed = parseSnsEnvelope(value);
    if (!parsed.ok) return [];
    const { envelope } = parsed;
    isCertificateAddress(envelope.SigningCertURL);
    if (envelope.Type !== 'Notification') isConfirmationAddress(envelope.SubscribeURL, envelope.TopicArn);
    return signedText(envelope).includes(envelope.MessageId) ? [] : ['an envelope without its id'];
  }),
];

const example = readFileSync(new URL('../../config/example.yaml', import.meta.url), 'utf8');
const exampleSource = readConfigText(example, 'application/yaml');
const exampleJson: unknown = 'json' in exampleSource ? exampleSource.json : null;
/** Of a configuration that people write by hand; reading one of the largest takes the administrator's own time. */
const longestConfig = 8 * kilobyte;

const yamlType = 'application/yaml';
const jsonType = 'application/json';

const readConfig = (text: string, contentType: string) =>
  Buffer.byteLength(text) > longestConfig ? null : readConfigText(text, contentType);

function checkConfig(text: string, contentType: string): readonly string[] {
  const source = readConfig(text, contentType);
  if (source === null || !('json' in source)) return [];
  const checked = checkDocument(source, channels);
  return !checked.ok && checked.errors.length === 0 ? ['refused without a reason'] : [];
}

const yamlTexts = fc.oneof(
  jsonTexts([exampleJson], 2 * kilobyte),
  jsonTexts([exampleJson], 2 * kilobyte).map((text) => {
    try {
      return stringify(JSON.parse(text));
    } catch {
      return text;
    }
  }),
  fc
    .tuple(
      fc.nat({ max: example.length }),
      fc.nat({ max: 40 }),
      fc.oneof(anyText(kilobyte), fc.constantFrom('&a ', '*a', '<<: ', '!!x ', '? ', '- ', '|\n', '>\n', '---\n', '%a\n', '{', '[', '"')),
    )
    .map(([at, skipped, text]) => example.slice(0, at) + text + example.slice(at + skipped)),
);

const readable = (source: ReturnType<typeof readConfig>): readonly string[] =>
  source !== null && 'line' in source && !(source.line > 0) ? ['a line that is none'] : [];

const jsonConfigs = jsonTexts([exampleJson], 2 * kilobyte);
const configurations = [
  family('the configuration as YAML', yamlTexts, (text) => readable(readConfig(text, yamlType)), 0.4),
  family('the configuration as JSON', jsonConfigs, (text) => readable(readConfig(text, jsonType)), 0.4),
  family('what the configuration says', yamlTexts, (text) => checkConfig(text, yamlType), 0.1),
  family('what the configuration says as JSON', jsonConfigs, (text) => checkConfig(text, jsonType), 0.1),
];

const keys = [1, 2].map((id) => ({ id, key: new Uint8Array(32).fill(id) }));
const id = { key: 'abcdefghijklmnopqrstuvwxya', generation: 3 };
const token = signAckToken({ id, notification: 1, personHash: '00c0ffee', expiresAt: Date.UTC(2026, 7, 3) }, keys[0]!);
const calendar = { schedule: 'primary', person: 'ana', number: 1 };
const calendarToken = signCalendarLink(calendar, keys[0]!);
const cursor = formatCursor({ createdAt: Date.UTC(2026, 7, 3), ...id });

/** Real texts with something changed, and any. */
const like = (real: readonly string[], longest: number): fc.Arbitrary<string> =>
  fc.oneof(
    anyText(longest),
    fc
      .tuple(fc.constantFrom(...real), fc.nat({ max: 64 }), fc.nat({ max: 3 }), fc.oneof(anyText(200), fc.string({ maxLength: 3 })))
      .map(([text, at, skipped, other]) => text.slice(0, at) + other + text.slice(at + skipped)),
  );

/** As long as the headers of a request may be. */
const longestHeader = 16 * kilobyte;

const words = [
  family('the token of an acknowledgement link', like([token], longestHeader), (text) => {
    const read = verifyAckToken(text, keys, Date.UTC(2026, 7, 1));
    return (read.kind === 'forged') === (text === token) ? [`a link that is ${read.kind}`] : [];
  }),
  family('the secret part of the address of a calendar', like([calendarToken], longestHeader), (text) =>
    isCalendarToken(text, calendar, keys) === (text === calendarToken) ? [] : ['a link that is taken for another'],
  ),
  family('an answer by SMS', like(['4821', 'ack 4821', '4821 resolve', '“4821 R”', 'ack', 'STOP'], 2000), (text) => {
    isCarrierKeyword(text);
    const reply = parseReply(text);
    return reply.kind === 'code' && !/^[0-9]{4,6}$/.test(reply.code) ? ['a code that is none'] : [];
  }),
  family('headers and the parts of a path', like(['Bearer abc', 'K'.repeat(32), `${id.key}-3`, 'deploy 42'], longestHeader), (text) => {
    bearerToken(text);
    looksLikeIngestKey(text);
    parseIncidentId(text);
    return judgeKey(text) === null && !/^[ -~]{1,255}$/.test(text) ? ['a bad Idempotency-Key'] : [];
  }),
  family('a cursor', like([cursor], longestHeader), (text) => {
    try {
      const { key } = parseCursor(text);
      return /^[a-z2-7]{1,64}$/.test(key) ? [] : ['a cursor to a key that is none'];
    } catch (cause) {
      return cause instanceof BadCursor ? [] : [String(cause)];
    }
  }),
  family(
    'durations and severities',
    fc.oneof(like(['15m', '1h30m', 'PT15M', 'P1DT12H', '0s', 'Critical', 'P0'], megabyte), fc.double()),
    (value) => {
      const seconds = parseDuration(value);
      if (typeof value === 'string') parseSeverity(value);
      return seconds === null || (Number.isSafeInteger(seconds) && seconds >= 0) ? [] : ['a duration that is none'];
    },
  ),
];

const act = {
  by: 'user:ana',
  reason: 'because',
  note: 'seen',
  force: true,
  from: { cycle: 0, level: 1 },
  for: '1h',
  to: ['user:ana', { type: 'team', id: 'x' }],
};
const override = {
  from: '2026-01-05T09:00:00Z',
  until: '2026-01-06T09:00:00Z',
  person: 'ana',
  change: 'replace',
  instead: 'ben',
  by: 'Lee',
};
const query = {
  state: 'open',
  service: 'checkout',
  severity: 'high',
  policy: 'default',
  limit: '50',
  cursor: 'x',
  after: '0',
  from: act.from,
  to: '2026-01-05T09:00:00Z',
};
const others = { from: '+15555550100', text: '4821', advance: '15m', newest: '5', at: '2026-01-05T09:00:00Z' };
const schemas: readonly z.ZodMiniType[] = [
  ...[saidBody, escalateBody, snoozeBody, reassignBody, notesBody],
  ...[muteBody, api.anyObject, api.explainBody, api.incidentQuery, api.timelineQuery, api.declinedQuery, api.statsQuery],
  ...[overrideBody((person) => person === 'ana' || person === 'ben'), inboxQuery, smsBody, clockBody],
];

const small = bodies('the bodies and queries of all other routes', [act, override, query, others], 64 * kilobyte, (value) => {
  for (const schema of schemas) schema.safeParse(value);
  return [];
});

const values = family('a value where the path of a body ends', anyJson(megabyte), (value) => {
  for (const { parse } of formats.values()) parse(value, defaults, { group: true });
  parseEvent(value, defaults);
  parsePagerDutyEvent(value, defaults);
  return [];
});

/** Everything that reads what others wrote. */
export const parsers: readonly Family[] = [...senders, ...configurations, ...words, ...texts, ...machines(bodies), small, values];
