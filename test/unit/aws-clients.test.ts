import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { impatient } from '../../shared/adapters/aws/world.ts';

const sockets: Socket[] = [];
const silent = createServer((socket) => sockets.push(socket));
const emulated = { region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  silent.close();
});

describe('a service of AWS that takes a request and never answers', () => {
  it('is asked again on another connection, and then given up: no function waits for it until it is killed', async () => {
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    // The address of a server on a port is an object.
    const { port } = silent.address() as AddressInfo;
    const requestHandler = { ...impatient.requestHandler, requestTimeout: 50 };
    const client = new DynamoDBClient({ ...emulated, ...impatient, requestHandler, endpoint: `http://127.0.0.1:${String(port)}` });
    const asked = client.send(new GetItemCommand({ TableName: 'table', Key: { pk: { S: 'a' } } }));
    await expect(asked).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(sockets).toHaveLength(impatient.maxAttempts);
  });

  it('is given up before the shortest-lived function is killed', () => {
    expect(impatient.maxAttempts * impatient.requestHandler.requestTimeout).toBeLessThan(10_000);
  });
});
