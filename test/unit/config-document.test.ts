import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { buildDirectory } from '../../shared/schema/config-directory.ts';
import { documentFrom, errorsOf, small } from './config-documents.ts';

const example = readFileSync(new URL('../../config/example.yaml', import.meta.url), 'utf8');

describe('a configuration document', () => {
  test('the example holds', () => {
    expect(errorsOf(example)).toEqual([]);
  });

  test('means the same as YAML and as JSON', () => {
    const fromYaml = documentFrom(example);
    expect(documentFrom(JSON.stringify(fromYaml.written), 'application/json')).toEqual(fromYaml);
    expect(documentFrom(JSON.stringify(fromYaml.written, null, '\t'), 'application/json')).toEqual(fromYaml);
  });

  test('is given back as it was written', () => {
    expect(documentFrom(small({ settings: '{ catchAll: ["user:lee"], acknowledgementTimeout: PT1H }' })).written['settings']).toEqual({
      catchAll: ['user:lee'],
      acknowledgementTimeout: 'PT1H',
    });
  });

  test('settings that are left out have their defaults', () => {
    expect(documentFrom('{}').settings).toEqual({
      catchAll: null,
      zone: 'UTC',
      baseUrl: null,
      retention: { incidents: 400 * 86_400, messages: 30 * 86_400 },
      enabled: true,
      maxOpen: null,
      acknowledgementTimeout: 3600,
      ingest: { perSecond: 120, burst: 1000 },
      snsTopics: [],
    });
  });

  test('a policy that says little has the defaults of the design', () => {
    const [policy] = documentFrom(small()).policies;
    expect(policy).toEqual({
      id: 'main',
      description: null,
      severities: null,
      levels: [
        {
          label: null,
          delay: 0,
          anchor: 'previous',
          minWait: 0,
          targets: [{ type: 'team', id: 'ops', name: null, priority: 1, channels: null, next: false, metadata: {} }],
          channels: null,
          repeat: null,
          stopOnAck: true,
          requireAck: true,
          autoResolve: null,
        },
      ],
      repeat: null,
      exhaustedAfter: 900,
      catchAll: null,
      reminder: 1800,
      maxEscalations: null,
      acknowledgementTimeout: null,
      cooldown: null,
      enabled: true,
    });
  });

  test('null in an optional field is the same as leaving it out', () => {
    const policies =
      '[{ id: main, levels: [{ targets: ["team:ops"], repeat: null, delay: null }], catchAll: null, cooldown: null, enabled: }]';
    expect(documentFrom(small({ policies })).policies).toEqual(documentFrom(small()).policies);
  });

  test('severities are known by their usual names, and an empty list means all', () => {
    const policies = (list: string) => documentFrom(small({ policies: `[{ id: main, severities: ${list}, levels: [{ targets: [] }] }]` }));
    expect(policies('[P0, Warning, critical]').policies[0]?.severities).toEqual(['critical', 'medium']);
    expect(policies('[]').policies[0]?.severities).toBeNull();
  });

  test.each([
    ['1h', { for: 3600, then: 'hold' }],
    ['{ for: 1h }', { for: 3600, then: 'hold' }],
    ['{ for: 1h, then: drop }', { for: 3600, then: 'drop' }],
  ])('the cooldown %s holds or drops', (cooldown, meaning) => {
    const policies = `[{ id: main, cooldown: ${cooldown}, levels: [{ targets: [] }] }]`;
    expect(documentFrom(small({ policies })).policies[0]?.cooldown).toEqual(meaning);
  });

  test('a target may be written long', () => {
    const policies =
      '[{ id: main, levels: [{ targets: [{ type: phone, id: "+15555550199", name: Desk, priority: 2, channels: [sms], metadata: { a: [1] } }] }] }]';
    expect(documentFrom(small({ policies })).policies[0]?.levels[0]?.targets).toEqual([
      { type: 'phone', id: '+15555550199', name: 'Desk', priority: 2, channels: ['sms'], next: false, metadata: { a: [1] } },
    ]);
  });

  test('a contact in a rule may be told later', () => {
    const [ana] = documentFrom(example).people;
    expect(ana?.rules[0]).toEqual({
      severities: ['critical', 'high'],
      notify: [
        { contact: 'phone', after: 0 },
        { contact: 'mail', after: 120 },
      ],
    });
  });

  test('retention may be longer than other durations', () => {
    const { retention } = documentFrom('settings: { retention: { incidents: 3660d } }').settings;
    expect(retention).toEqual({ incidents: 3660 * 86_400, messages: 30 * 86_400 });
  });

  test('incidents are kept for 31 days at least: links and reply codes name them that long', () => {
    const { retention } = documentFrom('settings: { retention: { incidents: 31d, messages: 1d } }').settings;
    expect(retention).toEqual({ incidents: 31 * 86_400, messages: 86_400 });
  });

  test('control characters and lone surrogates in names become U+FFFD, and a description keeps its lines', () => {
    const text = JSON.stringify({
      settings: { catchAll: ['phone:+15555550100'] },
      policies: [{ id: 'a', description: 'one\ntwo\u0000', levels: [{ label: 'x\ud800\ny', targets: [] }] }],
    });
    const [policy] = documentFrom(text, 'application/json').policies;
    expect(policy?.description).toBe('one\ntwo\uFFFD');
    expect(policy?.levels[0]?.label).toBe('x\uFFFD\uFFFDy');
  });

  test('a reference to a secret is given back as it is', () => {
    const document = documentFrom(small({ services: '[{ id: shop, policy: main, labels: { token: "secret:NAME" } }]' }));
    expect(document.written['services']).toEqual([{ id: 'shop', policy: 'main', labels: { token: 'secret:NAME' } }]);
  });

  test('anchors and aliases of YAML are followed', () => {
    const policies = '[{ id: main, levels: [&first { delay: 5m, targets: ["user:ana"] }, *first] }]';
    const [policy] = documentFrom(small({ policies })).policies;
    expect(policy?.levels[1]).toEqual(policy?.levels[0]);
  });
});

describe('the directory of a document', () => {
  test('finds things by id, policies with their version, and people by number', () => {
    const directory = buildDirectory(documentFrom(example), 7, { default: 3 });
    expect(directory.version).toBe(7);
    expect(directory.policies.get('default')).toMatchObject({ version: 3, repeat: { times: 3, every: 1200, anchor: 'chainEnd' } });
    expect(directory.services.get('checkout')?.policy).toBe('default');
    expect([...directory.people.keys()]).toEqual(['ana', 'ben', 'lead']);
    expect(directory.teams.get('platform')?.members).toEqual(['ana', 'ben']);
    expect(directory.peopleByPhone.get('+15555550100')).toEqual(['ana']);
  });

  test('a number that two people share leads to both, once each', () => {
    const contact = (id: string) => `{ id: ${id}, channel: sms, address: "+15555550100" }`;
    const people = `[{ id: ana, name: A, contacts: [${contact('a')}, ${contact('b')}] }, { id: lee, name: L, contacts: [${contact('a')}] }]`;
    expect(buildDirectory(documentFrom(small({ people })), 1, {}).peopleByPhone.get('+15555550100')).toEqual(['ana', 'lee']);
  });
});
