import { describe, expect, test } from 'vitest';
import { errorsOf, small } from './config-documents.ts';

const policy = (fields: string, level = 'targets: ["user:ana"]') => ({ policies: `[{ id: main, ${fields}, levels: [{ ${level} }] }]` });
const level = (fields: string) => ({ policies: `[{ id: main, levels: [{ ${fields} }] }]` });
const target = (written: string) => level(`targets: [${written}]`);
const person = (fields: string) => ({ people: `[{ id: ana, name: Ana, ${fields} }, { id: lee, name: Lee }]` });
const contact = (fields: string) => person(`contacts: [{ ${fields} }]`);
const service = (fields: string) => ({ services: `[{ id: shop, ${fields} }]` });
const settings = (fields: string) => ({ settings: `{ catchAll: ["user:lee"], ${fields} }` });

type Row = readonly [parts: Parameters<typeof small>[0], line: number, pointer: string, code: string];

const later: readonly Row[] = [
  ...['hours: {}', 'outside: defer', 'triggers: []', 'conditions: []', 'priority: 1'].map((field): Row => [
    policy(field),
    3,
    `/policies/0/${field.split(':')[0] ?? ''}`,
    'not-supported',
  ]),
  [level('targets: [], conditions: []'), 3, '/policies/0/levels/0/conditions', 'not-supported'],
  [target('"schedule:x"'), 3, '/policies/0/levels/0/targets/0', 'unknown-reference'],
  [target('{ type: schedule, id: x }'), 3, '/policies/0/levels/0/targets/0/id', 'unknown-reference'],
  [target('{ type: user, id: ana, minSeverity: high }'), 3, '/policies/0/levels/0/targets/0/minSeverity', 'not-supported'],
  [level('targets: [], channels: [voice]'), 3, '/policies/0/levels/0/channels/0', 'not-supported'],
  [contact('id: a, channel: push, address: x'), 4, '/people/0/contacts/0/channel', 'not-supported'],
  [{ more: 'rules: []' }, 6, '/rules', 'not-supported'],
  [service('name: Shop'), 2, '/services/0/policy', 'not-supported'],
  [service('policy: null'), 2, '/services/0/policy', 'not-supported'],
];

const wrong: readonly Row[] = [
  [service('policy: main, polices: x'), 2, '/services/0/polices', 'unknown-field'],
  [{ more: 'service: []' }, 6, '/service', 'unknown-field'],
  [{ more: '"a/b~c": 1' }, 6, '/a~1b~0c', 'unknown-field'],
  [service('policy: mian'), 2, '/services/0/policy', 'unknown-reference'],
  [target('"user:anna"'), 3, '/policies/0/levels/0/targets/0', 'unknown-reference'],
  [target('"channel:#opps"'), 3, '/policies/0/levels/0/targets/0', 'unknown-reference'],
  [target('"channel:a b"'), 3, '/policies/0/levels/0/targets/0', 'invalid-id'],
  [target('"webhook:http://hooks.example.com"'), 3, '/policies/0/levels/0/targets/0', 'invalid-webhook'],
  [target('{ type: webhook, id: "https://localhost/" }'), 3, '/policies/0/levels/0/targets/0/id', 'invalid-webhook'],
  [target('"custom:a b"'), 3, '/policies/0/levels/0/targets/0', 'invalid-address'],
  [target('{ type: custom, id: "" }'), 3, '/policies/0/levels/0/targets/0/id', 'blank'],
  [target('{ type: custom, id: a/b }'), 3, '/policies/0/levels/0/targets/0/id', 'invalid-address'],
  [{ more: 'channels: [{ id: "#a b", channel: slack, address: "secret:A" }]' }, 6, '/channels/0/id', 'invalid-id'],
  [{ more: 'channels: [{ id: ops, channel: slack, address: "#ops" }]' }, 6, '/channels/0/address', 'invalid-webhook'],
  [{ more: 'channels: [{ id: ops, channel: chat, address: "secret:A" }]' }, 6, '/channels/0/channel', 'unknown-channel'],
  [
    { more: 'channels: [{ id: ops, channel: slack, address: "secret:A" }, { id: "#ops", channel: slack, address: "secret:A" }]' },
    6,
    '/channels/1/id',
    'duplicate-id',
  ],
  [target('"team:opps"'), 3, '/policies/0/levels/0/targets/0', 'unknown-reference'],
  [target('{ type: user, id: anna }'), 3, '/policies/0/levels/0/targets/0/id', 'unknown-reference'],
  [{ settings: '{ catchAll: ["user:nobody"] }' }, 1, '/settings/catchAll/0', 'unknown-reference'],
  [{ teams: '[{ id: ops, members: [ana, nobody] }]' }, 5, '/teams/0/members/1', 'unknown-reference'],
  [person('rules: [{ notify: [phone] }]'), 4, '/people/0/rules/0/notify/0', 'unknown-reference'],
  [person('rules: [{ notify: [{ contact: phone, after: 1m }] }]'), 4, '/people/0/rules/0/notify/0/contact', 'unknown-reference'],
  [{ services: '[{ id: shop, policy: main }, { id: shop, policy: main }]' }, 2, '/services/1/id', 'duplicate-id'],
  [
    contact('id: a, channel: sms, address: "+15555550100" }, { id: a, channel: email, address: a@example.com'),
    4,
    '/people/0/contacts/1/id',
    'duplicate-id',
  ],
  [{ services: '[{ policy: main }]' }, 2, '/services/0/id', 'required'],
  [{ services: '[{ id: "a b", policy: main }]' }, 2, '/services/0/id', 'invalid-id'],
  [{ services: '[{ id: "a\\0b", policy: main }]' }, 2, '/services/0/id', 'invalid-id'],
  [{ services: '[{ id: .a, policy: main }]' }, 2, '/services/0/id', 'invalid-id'],
  [{ services: `[{ id: ${'a'.repeat(65)}, policy: main }]` }, 2, '/services/0/id', 'invalid-id'],
  [{ services: '[{ id: 7, policy: main }]' }, 2, '/services/0/id', 'wrong-type'],
  [{ services: '[5]' }, 2, '/services/0', 'wrong-type'],
  [{ services: '{}' }, 2, '/services', 'wrong-type'],
  [{ policies: '[{ id: main }]' }, 3, '/policies/0/levels', 'required'],
  [{ policies: '[{ id: main, levels: [] }]' }, 3, '/policies/0/levels', 'too-few'],
  [{ policies: `[{ id: main, levels: [${'{ targets: [] }, '.repeat(51)}] }]` }, 3, '/policies/0/levels', 'too-many'],
  [target('"user:ana", '.repeat(101)), 3, '/policies/0/levels/0/targets', 'too-many'],
  [level('delay: 1m'), 3, '/policies/0/levels/0/targets', 'required'],
  [target('ana'), 3, '/policies/0/levels/0/targets/0', 'invalid-target'],
  [target('"usr:ana"'), 3, '/policies/0/levels/0/targets/0', 'unknown-target-type'],
  [target('"phone:123"'), 3, '/policies/0/levels/0/targets/0', 'invalid-phone'],
  [target('"email:a@b c"'), 3, '/policies/0/levels/0/targets/0', 'invalid-email'],
  [target('{ type: user, id: ana, priority: 0 }'), 3, '/policies/0/levels/0/targets/0/priority', 'out-of-range'],
  [level('targets: [], channels: []'), 3, '/policies/0/levels/0/channels', 'too-few'],
  [level('targets: [], delay: -5m'), 3, '/policies/0/levels/0/delay', 'invalid-duration'],
  [level('targets: [], delay: 0.5'), 3, '/policies/0/levels/0/delay', 'invalid-duration'],
  [level('targets: [], minWait: 367d'), 3, '/policies/0/levels/0/minWait', 'invalid-duration'],
  [level('targets: [], autoResolve: 0'), 3, '/policies/0/levels/0/autoResolve', 'invalid-duration'],
  [level('targets: [], anchor: start'), 3, '/policies/0/levels/0/anchor', 'invalid-value'],
  [level('targets: [], stopOnAck: "yes"'), 3, '/policies/0/levels/0/stopOnAck', 'wrong-type'],
  [level('targets: [], repeat: { count: 1.5, every: 5m }'), 3, '/policies/0/levels/0/repeat/count', 'wrong-type'],
  [level('targets: [], repeat: { count: 1, every: 0s }'), 3, '/policies/0/levels/0/repeat/every', 'invalid-duration'],
  [level('targets: [], repeat: { count: 1 }'), 3, '/policies/0/levels/0/repeat/every', 'required'],
  [policy('exhaustedAfter: 0s'), 3, '/policies/0/exhaustedAfter', 'invalid-duration'],
  [policy('reminder: 0'), 3, '/policies/0/reminder', 'invalid-duration'],
  [policy('maxEscalations: 0'), 3, '/policies/0/maxEscalations', 'out-of-range'],
  [policy('severities: [urgent]'), 3, '/policies/0/severities/0', 'invalid-severity'],
  [policy('cooldown: 0'), 3, '/policies/0/cooldown', 'invalid-duration'],
  [policy('cooldown: { for: 1h, then: keep }'), 3, '/policies/0/cooldown/then', 'invalid-value'],
  [policy('catchAll: []'), 3, '/policies/0/catchAll', 'too-few'],
  [policy('repeat: { times: 1, every: 59s }'), 3, '/policies/0/repeat/every', 'invalid-duration'],
  [
    policy('repeat: { times: 1, every: 20m, anchor: cycleStart }', 'delay: 1m, targets: [], repeat: { count: 4, every: 5m }'),
    3,
    '/policies/0/repeat/every',
    'repeat-shorter-than-chain',
  ],
  [{ settings: '{}' }, 3, '/policies/0/catchAll', 'catch-all-missing'],
  [{ settings: '{ catchAll: null }' }, 3, '/policies/0/catchAll', 'catch-all-missing'],
  [settings('zone: Mars/Olympus'), 1, '/settings/zone', 'invalid-zone'],
  [settings("zone: '-05:00'"), 1, '/settings/zone', 'invalid-zone'],
  [person('zone: CEST+2'), 4, '/people/0/zone', 'invalid-zone'],
  [person("zone: '+02:00'"), 4, '/people/0/zone', 'invalid-zone'],
  [settings('retention: { incidents: 30d }'), 1, '/settings/retention/incidents', 'invalid-duration'],
  [settings('retention: { incidents: 3661d }'), 1, '/settings/retention/incidents', 'invalid-duration'],
  [settings('maxOpen: 0'), 1, '/settings/maxOpen', 'out-of-range'],
  [settings('enabled: 1'), 1, '/settings/enabled', 'wrong-type'],
  ...[
    'ftp://example.com',
    'https://u:p@example.com',
    'https://example.com/?a=1',
    'https://example.com/#a',
    'https://',
    'example.com',
    'http://a b',
  ].map((url): Row => [settings(`baseUrl: "${url}"`), 1, '/settings/baseUrl', 'invalid-url']),
  ...['15555550100', '+0555555', '+123456', '+1234567890123456', '+1 555 555 0100', '+1555555010\\0', '+١٢٣٤٥٦٧٨'].map((number): Row => [
    contact(`id: a, channel: sms, address: "${number}"`),
    4,
    '/people/0/contacts/0/address',
    'invalid-phone',
  ]),
  [contact('id: a, channel: sms, address: +15555550100'), 4, '/people/0/contacts/0/address', 'wrong-type'],
  ...['ana', 'ana@', 'a b@example.com', 'ana@example.com\\nBcc: x@example.com', 'ana\\0@example.com', '<ana@example.com>'].map(
    (address): Row => [contact(`id: a, channel: email, address: "${address}"`), 4, '/people/0/contacts/0/address', 'invalid-email'],
  ),
  [contact('id: a, channel: pigeon, address: x'), 4, '/people/0/contacts/0/channel', 'unknown-channel'],
  [
    person('rules: [{ notify: [{ contact: a, after: -1 }] }], contacts: [{ id: a, channel: sms, address: "+15555550100" }]'),
    4,
    '/people/0/rules/0/notify/0/after',
    'invalid-duration',
  ],
  [{ people: '[{ id: ana, name: " " }, { id: lee, name: Lee }]' }, 4, '/people/0/name', 'blank'],
  [{ people: `[{ id: ana, name: ${'x'.repeat(256)} }, { id: lee, name: Lee }]` }, 4, '/people/0/name', 'too-long'],
  [service('policy: main, severity: bad'), 2, '/services/0/severity', 'invalid-severity'],
  [service('policy: main, labels: { a: 1 }'), 2, '/services/0/labels/a', 'wrong-type'],
  [service('policy: main, "con\\0trol": 1'), 2, '/services/0', 'invalid-name'],
  [service('policy: main, policy: main'), 2, '/services/0/policy', 'duplicate-key'],
];

const title = ([parts, , pointer, code]: Row) =>
  [
    `${code} at ${pointer}: ${Object.values(parts ?? {})
      .join(' ')
      .slice(0, 90)}`,
    parts,
    pointer,
    code,
  ] as const;

describe('a document is refused with pointer and line', () => {
  test.each([...later, ...wrong].map((row) => [...title(row), row[1]] as const))('%s', (_, parts, pointer, code, line) => {
    expect(errorsOf(small(parts)).map((error) => ({ pointer: error.pointer, code: error.code, line: error.line }))).toEqual([
      { pointer, code, line },
    ]);
  });

  test('more than 2,000 of a kind are too many', () => {
    const teams = `[${Array.from({ length: 2001 }, (_, index) => `{ id: t${index}, members: [] }`).join(',')}]`;
    expect(errorsOf(small({ teams: `${teams.slice(0, -1)}, { id: ops, members: [] }]` }))).toMatchObject([
      { pointer: '/teams', code: 'too-many' },
    ]);
  });

  test('more than 20 contacts of one person are too many', () => {
    const contacts = Array.from({ length: 21 }, (_, index) => `{ id: c${index}, channel: sms, address: "+15555550100" }`).join(',');
    expect(errorsOf(small(person(`contacts: [${contacts}]`)))).toMatchObject([{ pointer: '/people/0/contacts', code: 'too-many' }]);
  });

  test('an unknown field names the nearest known one', () => {
    const [error] = errorsOf(small(settings('acknowledgmentTimeout: 1h')));
    expect(error?.detail).toBe('There is no such field; did you mean "acknowledgementTimeout"?');
    expect(errorsOf(small(settings('colour: red')))[0]?.detail).toBe('There is no such field.');
  });

  test('an unknown id names the nearest known one', () => {
    expect(errorsOf(small(target('"user:anna"')))[0]?.detail).toBe('There is no person with this id; did you mean "ana"?');
  });

  test('all errors are told at once, whatever kind they are, in the order of the document', () => {
    const text = `settings: { zone: Mars, tone: loud }
services:
  - { id: shop, policy: nowhere, severity: bad }
policies:
  - id: main
    levels:
      - delay: soon
        targets: ["user:nobody", { type: user, id: missing, priority: x }]
        repeat: { count: many, every: 1s }
people:
  - id: ana
    contacts: [{ id: "x y", channel: sms, address: "1" }]
    rules: [{ notify: [other, { contact: another, after: never }] }]
teams:
  - { id: t, members: [bob] }
  - { id: t, members: [] }
rules: []
`;
    expect(errorsOf(text).map((error) => `${error.line ?? 0} ${error.pointer} ${error.code}`)).toEqual(
      expect.arrayContaining([
        '1 /settings/zone invalid-zone',
        '1 /settings/tone unknown-field',
        '3 /services/0/policy unknown-reference',
        '3 /services/0/severity invalid-severity',
        '5 /policies/0/catchAll catch-all-missing',
        '7 /policies/0/levels/0/delay invalid-duration',
        '8 /policies/0/levels/0/targets/0 unknown-reference',
        '8 /policies/0/levels/0/targets/1/id unknown-reference',
        '8 /policies/0/levels/0/targets/1/priority wrong-type',
        '9 /policies/0/levels/0/repeat/count wrong-type',
        '11 /people/0/name required',
        '12 /people/0/contacts/0/id invalid-id',
        '12 /people/0/contacts/0/address invalid-phone',
        '13 /people/0/rules/0/notify/0 unknown-reference',
        '13 /people/0/rules/0/notify/1/contact unknown-reference',
        '13 /people/0/rules/0/notify/1/after invalid-duration',
        '15 /teams/0/members/0 unknown-reference',
        '16 /teams/1/id duplicate-id',
        '17 /rules not-supported',
      ]),
    );
    expect(errorsOf(text)).toHaveLength(19);
  });

  test('lines are told for JSON too', () => {
    const text = '{\n  "settings": {\n    "zone": "Mars",\n    "zone": "UTC",\n    "maxOpen": 0\n  }\n}';
    expect(errorsOf(text, 'application/json')).toMatchObject([
      { pointer: '/settings/zone', code: 'invalid-zone', line: 3 },
      { pointer: '/settings/zone', code: 'duplicate-key', line: 4 },
      { pointer: '/settings/maxOpen', code: 'out-of-range', line: 5 },
    ]);
  });

  test('a chain that fits its rounds exactly is accepted', () => {
    const fields = 'repeat: { times: 1, every: 21m, anchor: cycleStart }';
    expect(errorsOf(small(policy(fields, 'delay: 1m, targets: [], repeat: { count: 4, every: 5m }')))).toEqual([]);
  });
});
