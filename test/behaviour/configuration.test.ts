import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { small } from '../unit/config-documents.ts';
import { configWorld, type ConfigWorld } from './configuration-world.ts';

const example = readFileSync(new URL('../../config/example.yaml', import.meta.url), 'utf8');

async function applied(text = example): Promise<ConfigWorld> {
  const world = configWorld();
  expect((await world.call('PUT', '/v1/config', text)).status).toBe(200);
  return world;
}

const policyVersion = async (world: ConfigWorld, id: string) => (await world.call('GET', `/v1/policies/${id}`)).body['version'];

describe('applying a configuration', () => {
  test('makes version 1, tells what was created, and gives the document back', async () => {
    const world = configWorld();
    const saved = await world.call('PUT', '/v1/config', example);
    expect(saved).toMatchObject({ status: 200, etag: '"1"' });
    expect(saved.body).toEqual({
      version: 1,
      changes: [
        { kind: 'settings', id: 'settings', change: 'created' },
        { kind: 'service', id: 'checkout', change: 'created' },
        { kind: 'policy', id: 'default', change: 'created' },
        { kind: 'person', id: 'ana', change: 'created' },
        { kind: 'person', id: 'ben', change: 'created' },
        { kind: 'person', id: 'lead', change: 'created' },
        { kind: 'team', id: 'platform', change: 'created' },
        { kind: 'schedule', id: 'primary', change: 'created' },
      ],
      warnings: [
        ...['/people/0/contacts/0', '/people/0/contacts/1', '/people/1/contacts/0', '/people/2/contacts/0'].map((pointer) => ({
          code: 'contact-never-tested',
          pointer,
          detail: 'Nothing was ever sent to this contact; send a test page.',
        })),
        {
          code: 'gap',
          pointer: '/schedules/0',
          detail: 'Nobody is on call from Tue 14 Nov 23:13 to Mon 5 Jan 2026 09:00 (Europe/Berlin).',
        },
      ],
    });
    expect(await world.call('GET', '/v1/config')).toMatchObject({
      status: 200,
      etag: '"1"',
      type: 'application/json',
      body: parse(example) as object,
    });
  });

  test('is answered in YAML to those who ask for YAML, and both ways make the same document', async () => {
    const world = await applied();
    const yaml = await world.call('GET', '/v1/config', undefined, { accept: 'application/yaml' });
    expect(yaml).toMatchObject({ status: 200, type: 'application/yaml', etag: '"1"' });
    expect(parse(yaml.text)).toEqual(parse(example));
    expect((await world.call('PUT', '/v1/config', yaml.text)).body).toMatchObject({ version: 1, changes: [] });
    const json = await world.call('GET', '/v1/config');
    expect((await world.call('PUT', '/v1/config', json.body)).body).toMatchObject({ version: 1, changes: [] });
  });

  test.each(['application/yaml', 'application/x-yaml', 'text/yaml; charset=utf-8'])('is accepted as %s', async (type) => {
    expect((await configWorld().call('PUT', '/v1/config', example, { type })).status).toBe(200);
  });

  test('before anything was applied the document is empty and has version 0', async () => {
    const world = configWorld();
    expect(await world.call('GET', '/v1/config')).toMatchObject({ status: 200, etag: '"0"', body: {} });
    expect(await world.configuration.directory()).toMatchObject({ version: 0, settings: { zone: 'UTC', enabled: true } });
  });

  test('the same in other words is no change and makes no version', async () => {
    const world = await applied();
    const again = await world.call('PUT', '/v1/config', example.replace('every: 20m', 'every: PT20M').replace('delay: 0s, ', ''));
    expect(again.body).toMatchObject({ version: 1, changes: [] });
  });

  test('replaces the former document whole and tells what was updated and deleted', async () => {
    const world = await applied(small());
    const saved = await world.call(
      'PUT',
      '/v1/config',
      small({ services: '[]', teams: '[{ id: ops, name: Operations, members: [ana] }]' }),
    );
    expect(saved.body).toMatchObject({
      version: 2,
      changes: [
        { kind: 'service', id: 'shop', change: 'deleted' },
        { kind: 'team', id: 'ops', change: 'updated' },
      ],
    });
  });

  test('a refused document changes nothing and every error is told with pointer and line', async () => {
    const world = await applied(small());
    const refused = await world.call('PUT', '/v1/config', small({ services: '[{ id: new, policy: nowhere }]', people: '[]' }));
    expect(refused).toMatchObject({ status: 422, type: 'application/problem+json', body: { code: 'not-valid', requestId: 'request-1' } });
    expect(refused.body['errors']).toMatchObject([
      { pointer: '/settings/catchAll/0', code: 'unknown-reference', line: 1 },
      { pointer: '/services/0/policy', code: 'unknown-reference', line: 2 },
      { pointer: '/teams/0/members/0', code: 'unknown-reference', line: 5 },
    ]);
    expect(await world.call('GET', '/v1/config')).toMatchObject({ etag: '"1"', body: parse(small()) as object });
    expect(await world.stores.config.policy('main', 2)).toBeNull();
  });

  test('what comes with a later release is not-supported', async () => {
    const world = await applied();
    expect(await world.call('PUT', '/v1/config', small({ more: 'rules: []' }))).toMatchObject({
      status: 422,
      body: { code: 'not-supported', errors: [{ pointer: '/rules', code: 'not-supported', line: 6 }] },
    });
    for (const path of ['/v1/rules', '/v1/rules/first']) {
      for (const method of ['GET', 'PUT', 'DELETE']) {
        expect(await world.call(method, path, method === 'PUT' ? {} : undefined)).toMatchObject({
          status: 422,
          body: { code: 'not-supported' },
        });
      }
    }
  });

  test.each([
    ['no YAML', 'settings: [', 'application/yaml', 400, 'not-yaml'],
    ['no JSON', '{"settings":', 'application/json', 400, 'not-json'],
    ['another content type', '{}', 'text/plain', 415, 'unsupported-content-type'],
    ['nothing', '', 'application/yaml', 400, 'empty-body'],
    ['two megabytes', ' '.repeat(2_000_000), 'application/yaml', 413, 'body-too-large'],
    ['a list', '[]', 'application/yaml', 422, 'not-valid'],
  ])('%s is refused', async (_, text, type, status, code) => {
    const world = configWorld();
    expect(await world.call('PUT', '/v1/config', text, { type })).toMatchObject({ status, body: { code } });
    expect(await world.stores.config.current()).toBeNull();
  });

  test('a dry run tells the same and saves nothing', async () => {
    const world = await applied(small());
    const changed = small({ services: '[]' });
    const dry = await world.call('PUT', '/v1/config?dryRun=true', changed);
    expect(dry).toMatchObject({
      status: 200,
      etag: '"1"',
      body: { version: 1, changes: [{ kind: 'service', id: 'shop', change: 'deleted' }] },
    });
    expect(await world.call('GET', '/v1/config')).toMatchObject({ etag: '"1"', body: parse(small()) as object });
    expect((await world.call('PUT', '/v1/config?dryRun=true', '{ rules: [] }')).status).toBe(422);
    expect((await world.call('PUT', '/v1/config?dryRun=yes', changed)).status).toBe(422);
    expect((await world.call('DELETE', '/v1/services/shop?dryRun=true')).body).toMatchObject({
      version: 1,
      changes: [{ change: 'deleted' }],
    });
    expect((await world.call('GET', '/v1/services/shop')).status).toBe(200);
  });

  test('If-Match of another version is refused and nothing is saved', async () => {
    const world = await applied(small());
    expect(await world.call('PUT', '/v1/config', small({ services: '[]' }), { ifMatch: '"7"' })).toMatchObject({
      status: 412,
      body: { code: 'stale' },
    });
    expect((await world.call('DELETE', '/v1/services/shop', undefined, { ifMatch: '"0"' })).status).toBe(412);
    expect((await world.call('GET', '/v1/config')).etag).toBe('"1"');
    expect((await world.call('PUT', '/v1/config', small({ services: '[]' }), { ifMatch: '"1"' })).etag).toBe('"2"');
    expect((await world.call('PUT', '/v1/config', small(), { ifMatch: 'W/"2"' })).etag).toBe('"3"');
    expect((await world.call('PUT', '/v1/config', small({ services: '[]' }), { ifMatch: '*' })).etag).toBe('"4"');
    expect((await configWorld().call('PUT', '/v1/config', small(), { ifMatch: '*' })).status).toBe(412);
  });

  test('a contact that was sent to is warned about no more', async () => {
    const world = await applied(small());
    await world.stores.state.putContactHealth({ person: 'ana', contact: 'phone', unhealthy: null, lastSentAt: 1 });
    expect((await world.call('PUT', '/v1/config', small())).body['warnings']).toMatchObject([
      { code: 'contact-never-tested', pointer: '/people/1/contacts/0' },
    ]);
  });
});

describe('the version of a policy', () => {
  const slower = small({ policies: '[{ id: main, reminder: 1h, levels: [{ targets: ["team:ops"] }] }]' });

  test('changes only when the policy does', async () => {
    const world = await applied(small());
    await world.call('PUT', '/v1/config', small({ services: '[]' }));
    expect(await policyVersion(world, 'main')).toBe(1);
    await world.call('PUT', '/v1/config', slower);
    expect(await policyVersion(world, 'main')).toBe(2);
    expect(await world.configuration.policy('main', 1)).toMatchObject({ version: 1, reminder: 1800 });
    expect(await world.configuration.policy('main', 2)).toMatchObject({ version: 2, reminder: 3600 });
    expect((await world.configuration.directory()).policies.get('main')).toMatchObject({ version: 2, reminder: 3600 });
  });

  test('goes on counting when the policy is deleted and made again', async () => {
    const world = await applied(small());
    await world.call('PUT', '/v1/config', small({ services: '[]', policies: '[]' }));
    expect((await world.call('GET', '/v1/policies/main')).status).toBe(404);
    await world.call('PUT', '/v1/config', small());
    expect(await policyVersion(world, 'main')).toBe(2);
    expect(await world.configuration.policy('main', 1)).toMatchObject({ version: 1 });
  });
});

describe('single things [T-114]', () => {
  test('are read as they were written', async () => {
    const world = await applied();
    expect(await world.call('GET', '/v1/teams/platform')).toMatchObject({
      status: 200,
      etag: '"1"',
      body: { id: 'platform', members: ['ana', 'ben'] },
    });
    expect((await world.call('GET', '/v1/people')).body['people']).toEqual((parse(example) as { people: unknown }).people);
    expect((await world.call('GET', '/v1/services')).body).toEqual({ services: [{ id: 'checkout', policy: 'default' }] });
    expect((await world.call('GET', '/v1/policies')).body['policies']).toMatchObject([{ id: 'default', version: 1 }]);
    expect(await world.call('GET', '/v1/people/nobody')).toMatchObject({ status: 404, body: { code: 'unknown-id' } });
    expect((await configWorld().call('GET', '/v1/people')).body).toEqual({ people: [] });
  });

  test('are written one by one, each making a version of the document', async () => {
    const world = configWorld();
    const ana = { name: 'Ana', contacts: [{ id: 'phone', channel: 'sms', address: '+15555550100' }] };
    expect((await world.call('PUT', '/v1/people/ana', ana)).body).toMatchObject({
      version: 1,
      changes: [{ kind: 'person', id: 'ana', change: 'created' }],
    });
    const policy = { id: 'main', catchAll: ['user:ana'], levels: [{ targets: ['user:ana'] }] };
    expect((await world.call('PUT', '/v1/policies/main', policy)).body).toMatchObject({
      version: 2,
      warnings: expect.arrayContaining([expect.objectContaining({ code: 'single-person', pointer: '/policies/0' })]) as unknown,
    });
    expect((await world.call('PUT', '/v1/services/shop', 'policy: main')).body).toMatchObject({ version: 3 });
    expect((await world.call('GET', '/v1/config')).body).toEqual({
      people: [{ id: 'ana', ...ana }],
      policies: [policy],
      services: [{ id: 'shop', policy: 'main' }],
    });
  });

  test('a policy can be sent back as it was shown, and nothing changes', async () => {
    const world = await applied();
    const { body } = await world.call('GET', '/v1/policies/default');
    expect((await world.call('PUT', '/v1/policies/default', body)).body).toMatchObject({ version: 1, changes: [] });
  });

  test('errors in the thing point into what was sent', async () => {
    const world = await applied();
    const refused = await world.call('PUT', '/v1/policies/second', 'levels:\n  - targets: ["user:nobody"]\n    delay: soon\n');
    expect(refused).toMatchObject({ status: 422 });
    expect(refused.body['errors']).toMatchObject([
      { pointer: '/levels/0/delay', code: 'invalid-duration', line: 3 },
      { pointer: '/levels/0/targets/0', code: 'unknown-reference', line: 2 },
    ]);
    expect((await world.call('PUT', '/v1/people/ana', { id: 'ben', name: 'Ben' })).body['errors']).toMatchObject([
      { pointer: '/id', code: 'id-differs', line: 1 },
    ]);
    expect((await world.call('PUT', '/v1/people/a%20b', { name: 'A' })).body['errors']).toMatchObject([
      { pointer: '/id', code: 'invalid-id' },
    ]);
    expect((await world.call('PUT', '/v1/people/ana', '{"name":"A","name":"B"}', { type: 'application/json' })).status).toBe(422);
    expect((await world.call('PUT', '/v1/people/ana', '[]')).status).toBe(422);
    expect((await world.call('PUT', '/v1/people/ana', 'name: [')).body).toMatchObject({ code: 'not-yaml', errors: [{ line: 1 }] });
    expect((await world.call('GET', '/v1/config')).etag).toBe('"1"');
  });

  test('what is in use cannot be deleted, and every place that uses it is told', async () => {
    const world = await applied();
    const refused = await world.call('DELETE', '/v1/people/ana');
    expect(refused).toMatchObject({ status: 422 });
    expect(refused.body['errors']).toMatchObject([
      { pointer: '/policies/0/levels/0/targets/0', code: 'unknown-reference' },
      { pointer: '/teams/0/members/0', code: 'unknown-reference' },
      { pointer: '/schedules/0/layers/0/people/0', code: 'unknown-reference' },
    ]);
    expect((await world.call('GET', '/v1/people/ana')).status).toBe(200);
  });

  test('what nobody uses is deleted, once', async () => {
    const world = await applied();
    expect((await world.call('DELETE', '/v1/services/checkout')).body).toMatchObject({
      version: 2,
      changes: [{ kind: 'service', id: 'checkout', change: 'deleted' }],
    });
    expect((await world.call('DELETE', '/v1/services/checkout')).status).toBe(404);
  });
});
