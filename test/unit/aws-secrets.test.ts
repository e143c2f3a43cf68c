import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeSecretNames, makeSecrets } from '../../shared/adapters/aws/secrets.ts';

const manager = mockClient(SecretsManagerClient);
const client = new SecretsManagerClient({ region: 'us-east-1' });
let now = 0;

beforeEach(() => {
  manager.reset();
  now = 0;
});

const missing = new ResourceNotFoundException({ message: 'no such secret', $metadata: {} });
const options = { client, signingKeysArn: 'arn:signing', adminTokenArn: 'arn:admin', namedPrefix: 'tocsin/dev/', real: () => now };
const asked = () => manager.commandCalls(GetSecretValueCommand).map(({ args }) => args[0].input);

describe('secrets in Secrets Manager', () => {
  it('are asked for by their ARN, and by the name in a document after the prefix of the environment', async () => {
    manager.on(GetSecretValueCommand).resolves({ SecretString: 'a token' });
    const secrets = makeSecrets(options);
    expect(await secrets.adminTokenHash()).toBe(createHash('sha256').update('a token').digest('hex'));
    expect(await secrets.named('SLACK_OPS')).toBe('a token');
    expect(asked()).toEqual([{ SecretId: 'arn:admin' }, { SecretId: 'tocsin/dev/SLACK_OPS' }]);
  });

  it('are kept for five minutes and then asked for again', async () => {
    manager.on(GetSecretValueCommand).resolvesOnce({ SecretString: 'old' }).resolves({ SecretString: 'new' });
    const secrets = makeSecrets(options);
    expect([await secrets.named('A'), await secrets.named('A')]).toEqual(['old', 'old']);
    now = 299_999;
    expect(await secrets.named('A')).toBe('old');
    now = 300_000;
    expect(await secrets.named('A')).toBe('new');
    expect(asked()).toHaveLength(2);
  });

  it('are asked for again at once after a failure', async () => {
    manager
      .on(GetSecretValueCommand)
      .rejectsOnce(Object.assign(new Error('slow down'), { name: 'ThrottlingException' }))
      .resolves({ SecretString: 'here' });
    const secrets = makeSecrets(options);
    await expect(secrets.named('A')).rejects.toThrow();
    expect(await secrets.named('A')).toBe('here');
  });

  it('that do not exist are told as missing, by name, with where to read how to set them', async () => {
    manager.on(GetSecretValueCommand).rejects(missing);
    const secrets = makeSecrets(options);
    expect(await secrets.named('A')).toBeNull();
    await expect(secrets.adminTokenHash()).rejects.toThrow(/administrator's token is missing or empty; docs\/aws\.md/);
    await expect(secrets.signingKeys()).rejects.toThrow(/signing keys is missing or empty; docs\/aws\.md/);
  });

  it('that a function was not given are missing without anybody being asked', async () => {
    const secrets = makeSecrets({ ...options, signingKeysArn: null, adminTokenArn: null, namedPrefix: null });
    await expect(secrets.signingKeys()).rejects.toThrow('signing keys');
    await expect(secrets.adminTokenHash()).rejects.toThrow("administrator's token");
    expect(await secrets.named('A')).toBeNull();
    expect(asked()).toEqual([]);
  });
});

describe('the signing keys', () => {
  const key = Buffer.alloc(32, 7).toString('base64');

  it('are a list of ids and keys, the first of which signs', async () => {
    manager.on(GetSecretValueCommand).resolves({
      SecretString: JSON.stringify([
        { id: 4, key },
        { id: 3, key },
      ]),
    });
    expect(await makeSecrets(options).signingKeys()).toEqual([
      { id: 4, key: new Uint8Array(32).fill(7) },
      { id: 3, key: new Uint8Array(32).fill(7) },
    ]);
  });

  it('may be the random text that the first deployment makes, and are then the same each time', async () => {
    manager.on(GetSecretValueCommand).resolves({ SecretString: 'a random text of the first deployment' });
    const [first] = await makeSecrets(options).signingKeys();
    const [second] = await makeSecrets(options).signingKeys();
    expect(first?.key).toHaveLength(32);
    expect(second).toEqual(first);
  });

  it.each(['[', '[]', '[{"id":99,"key":"AAAA"}]', `[{"id":1,"key":"AAAA"}]`])(
    'that are not of their form are refused in words that say what to do and hold nothing of them: %s',
    async (SecretString) => {
      manager.on(GetSecretValueCommand).resolves({ SecretString });
      const refused = makeSecrets(options).signingKeys();
      await expect(refused).rejects.toThrow('the secret of the signing keys is not a list of { id, key }; docs/aws.md says how it is made');
      await expect(refused).rejects.not.toThrow('AAAA');
    },
  );
});

describe('the names of secrets, for those who may not read them', () => {
  it('are there or not, and what they hold is never asked for', async () => {
    manager.on(DescribeSecretCommand, { SecretId: 'tocsin/dev/KNOWN' }).resolves({ Name: 'tocsin/dev/KNOWN' });
    manager.on(DescribeSecretCommand, { SecretId: 'tocsin/dev/OTHER' }).rejects(missing);
    const names = makeSecretNames(client, 'tocsin/dev/');
    expect([await names.named('KNOWN'), await names.named('OTHER')]).toEqual(['', null]);
    expect(asked()).toEqual([]);
  });

  it('cannot be told when AWS does not say', async () => {
    manager.on(DescribeSecretCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
    await expect(makeSecretNames(client, 'tocsin/dev/').named('A')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
