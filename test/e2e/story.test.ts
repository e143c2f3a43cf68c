import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { Account } from './account.ts';
import { Deployment } from './deployment.ts';
import { startEmulator, type Emulator } from './emulator.ts';

const phone = { ana: '+15555550100', ben: '+15555550101', cleo: '+15555550103' } as const;

// Ben comes later than what the queue can hold back by itself, so that it takes a schedule to wake him.
const config = `
settings: { catchAll: ['user:lead'] }
services:
  - { id: checkout, policy: default }
  - { id: search, policy: late }
policies:
  - { id: default, levels: [{ targets: ['user:ana'] }, { delay: 2m10s, targets: ['user:ben'] }] }
  - { id: late, levels: [{ targets: ['user:cleo'] }, { delay: 1h, targets: ['user:lead'] }] }
people:
  - { id: ana, name: Ana, contacts: [{ id: phone, channel: sms, address: '${phone.ana}' }, { id: mail, channel: email, address: ana@example.com }] }
  - { id: ben, name: Ben, contacts: [{ id: phone, channel: sms, address: '${phone.ben}' }] }
  - { id: cleo, name: Cleo, contacts: [{ id: phone, channel: sms, address: '${phone.cleo}' }] }
  - { id: lead, name: Lee, contacts: [{ id: phone, channel: sms, address: '+15555550102' }] }
`;

const incidentShape = z.object({ id: z.string(), state: z.string(), service: z.string(), title: z.string(), occurrences: z.number() });
const incidentsShape = z.object({ incidents: z.array(incidentShape) });
const timelineShape = z.object({ events: z.array(z.object({ at: z.string(), type: z.string() }).loose()) });
const alarmAnswer = z.object({ outcome: z.string(), incidentId: z.string() });

const waitMs = 60_000;

async function until<T>(what: string, look: () => Promise<T | null | undefined>, limitMs = waitMs): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

describe('deployed to an account, as every user deploys it', () => {
  let emulator: Emulator;
  let account: Account;
  let deployment: Deployment;
  let stack: Awaited<ReturnType<Deployment['deploy']>>;
  let admin: string;
  let key: string;

  async function call(method: string, path: string, body: object | string | null = null, token: string | null = admin): Promise<unknown> {
    const api = new URL(stack.Address).hostname.split('.')[0] ?? '';
    const answer = await fetch(`${emulator.endpoint}/_aws/execute-api/${api}/$default${path}`, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === null ? {} : { 'content-type': typeof body === 'string' ? 'application/yaml' : 'application/json' }),
      },
      ...(body === null ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${String(answer.status)} ${text}`);
    return text.startsWith('{') ? JSON.parse(text) : text;
  }

  const alarm = async (dedupKey: string, title = 'error rate 12%'): Promise<z.output<typeof alarmAnswer>> =>
    alarmAnswer.parse(await call('POST', '/v1/events', { title, severity: 'critical', dedupKey }, key));
  const show = async (id: string): Promise<z.output<typeof incidentShape>> => incidentShape.parse(await call('GET', `/v1/incidents/${id}`));
  const inState = (id: string, state: string): Promise<true> =>
    until(`${id} to be ${state}`, async () => ((await show(id)).state === state ? true : null));
  const text = (number: string, part: string, limitMs = waitMs): Promise<string> =>
    until(`"${part}" to ${number}`, async () => (await account.texts(number)).find((one) => one.includes(part)), limitMs);

  beforeAll(async () => {
    emulator = await startEmulator();
    account = new Account(emulator);
    deployment = new Deployment(emulator);
    await deployment.bootstrap();
    stack = await deployment.deploy();
    await account.verifySender('tocsin@example.com');
    admin = await account.secret(stack.AdminTokenSecret);
    await call('PUT', '/v1/config', config);
    key = z.object({ key: z.string() }).parse(await call('POST', '/v1/services/checkout/keys', {})).key;
  });

  afterAll(async () => {
    await deployment.destroy();
    await emulator.stop();
  });

  test('an alarm that nobody answers climbs by schedule, across a deployment in between, until an SMS reply and a resolve end it [T-059] [R-072]', async () => {
    const { incidentId } = await alarm('climbs', 'climbing error rate');
    await text(phone.ana, 'climbing error rate');
    await until('the e-mail', async () =>
      (await account.mail('ana@example.com')).find(({ Subject }) => Subject.includes('climbing error rate')),
    );
    stack = await deployment.deploy();

    const page = await text(phone.ben, 'climbing error rate', 180_000);
    const { events } = timelineShape.parse(await call('GET', `/v1/incidents/${incidentId}/timeline`));
    const fired = events.filter(({ type }) => type === 'levelFired').map(({ at }) => Date.parse(at));
    const lateMs = (fired[1] ?? Infinity) - (fired[0] ?? 0) - 130_000;
    expect(lateMs).toBeGreaterThanOrEqual(0);
    expect(lateMs).toBeLessThan(5000);

    const code = /Reply (\d{4,6}) to ack/.exec(page)?.[1] ?? 'no code';
    const reply = { originationNumber: phone.ben, destinationNumber: '+15555550190', messageBody: code, inboundMessageId: 'reply-1' };
    await account.publish(stack.ReplyTopic, reply);
    await inState(incidentId, 'acknowledged');
    await text(phone.ben, 'cknowledged');
    await call('POST', `/v1/incidents/${incidentId}/resolve`, { by: 'user:ben' });
    await inState(incidentId, 'resolved');
  });

  test('the same alarm again is merged, and the link in the e-mail acknowledges', async () => {
    const { incidentId } = await alarm('by-link', 'to be answered by link');
    expect(await alarm('by-link', 'to be answered by link')).toMatchObject({ outcome: 'merged', incidentId });
    const mail = await until('the e-mail', async () =>
      (await account.mail('ana@example.com')).find(({ Subject }) => Subject.includes('to be answered by link')),
    );
    const path = /\/a\/[\w-]{63}/.exec(mail.BodyText)?.[0] ?? 'no link';
    expect(await call('GET', path, null, null)).toContain('to be answered by link');
    expect((await show(incidentId)).state).toBe('active');
    await call('POST', path, null, null);
    expect(await show(incidentId)).toMatchObject({ state: 'acknowledged', occurrences: 2 });
  });

  test('alarms of CloudWatch come over SNS, as EventBridge tells them and as a Lambda action does, each to the service that its name says, and OK resolves', async () => {
    const arn = (name: string): string => `arn:aws:cloudwatch:us-east-1:000000000000:alarm:${name}`;
    const message = (NewStateValue: string): object => ({
      ...{ AlarmName: 'search-latency', AlarmArn: arn('search-latency'), AWSAccountId: '000000000000', Region: 'US East (N. Virginia)' },
      ...{ NewStateValue, NewStateReason: 'Threshold Crossed', StateChangeTime: new Date().toISOString(), OldStateValue: 'OK' },
      Trigger: { MetricName: 'Latency', Namespace: 'Search', Dimensions: [] },
    });
    await account.publish(stack.AlarmTopic, message('ALARM'));
    // Nobody but AWS may put events of aws.cloudwatch on the bus, and the emulator has no such alarm: both events are handed to the function itself.
    const state = { value: 'ALARM', reason: 'disk is full', timestamp: new Date().toISOString() };
    const alarmData = (alarmName: string): object => ({ alarmName, state, previousState: { value: 'OK' }, configuration: { metrics: [] } });
    const origin = { source: 'aws.cloudwatch', account: '000000000000', region: 'us-east-1', time: new Date().toISOString() };
    await account.invoke(stack.TriggerFunction, {
      ...{ ...origin, version: '0', id: 'c4c1c1c9-6542-e61b-6ef0-8c4d36933a92', 'detail-type': 'CloudWatch Alarm State Change' },
      ...{ resources: [arn('search-disk')], detail: alarmData('search-disk') },
    });
    await account.invoke(stack.TriggerFunction, {
      ...origin,
      accountId: origin.account,
      alarmArn: arn('search-queue'),
      alarmData: alarmData('search-queue'),
    });
    await text(phone.cleo, 'search-latency');
    await text(phone.cleo, 'search-disk');
    await text(phone.cleo, 'search-queue');
    const { incidents } = incidentsShape.parse(await call('GET', '/v1/incidents?service=search&state=open'));
    expect(incidents).toHaveLength(3);
    await account.publish(stack.AlarmTopic, message('OK'));
    const latency = incidents.find(({ title }) => title.startsWith('search-latency'));
    await inState(latency?.id ?? '', 'resolved');
  });

  test('a worker that is killed while it works loses no page', async () => {
    const { incidentId } = await alarm('killed', 'while the worker dies');
    let killed = 0;
    for (let round = 0; round < 10; round += 1) {
      killed += await emulator.killFunctions();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(killed).toBeGreaterThan(0);
    await text(phone.ana, 'while the worker dies', 150_000);
    await inState(incidentId, 'active');
  });

  test('the store answers and the sweeper runs: it is healthy', async () => {
    await until('health', async () => call('GET', '/health').catch(() => null), 90_000);
  });
});
