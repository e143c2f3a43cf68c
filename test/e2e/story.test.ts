import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Deployed, until } from './deployed.ts';
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

describe('deployed to an account, as every user deploys it', () => {
  let emulator: Emulator;
  let deployed: Deployed;
  let key: string;

  beforeAll(async () => {
    emulator = await startEmulator();
    deployed = await Deployed.open(emulator);
    await deployed.call('PUT', '/v1/config', config);
    key = await deployed.makeKey('checkout');
    // It is given back for as long as a worker may take, five times.
    await deployed.account.put('QueuesWork', '{"hello":"you"}');
  });

  afterAll(async () => {
    await emulator.stop();
  });

  test('an alarm that nobody answers climbs by schedule, across a deployment in between, until an SMS reply and a resolve end it [T-017] [T-059] [T-100]', async () => {
    const { incidentId } = await deployed.alarm(key, 'climbs', 'climbing error rate');
    await deployed.text(phone.ana, 'climbing error rate');
    await deployed.mail('ana@example.com', 'climbing error rate');
    expect(await deployed.account.environment(deployed.outputs.TriggerFunction)).toMatchObject({ RETENTION_DAYS: '30' });
    await deployed.deployWith({ incidentDays: '60' });
    expect(await deployed.account.environment(deployed.outputs.TriggerFunction)).toMatchObject({ RETENTION_DAYS: '60' });

    const page = await deployed.text(phone.ben, 'climbing error rate', 180_000);
    const fired = (await deployed.timeline(incidentId)).filter(({ type }) => type === 'levelFired').map(({ at }) => Date.parse(at));
    const lateMs = (fired[1] ?? Infinity) - (fired[0] ?? 0) - 130_000;
    expect(lateMs).toBeGreaterThanOrEqual(0);
    expect(lateMs).toBeLessThan(5000);

    await deployed.reply(phone.ben, page);
    await deployed.inState(incidentId, 'acknowledged');
    await deployed.text(phone.ben, 'cknowledged');
    await deployed.call('POST', `/v1/incidents/${incidentId}/resolve`, { by: 'user:ben' });
    await deployed.inState(incidentId, 'resolved');
  });

  test('the same alarm again is merged, and the link in the e-mail acknowledges', async () => {
    const { incidentId } = await deployed.alarm(key, 'by-link', 'to be answered by link');
    expect(await deployed.alarm(key, 'by-link', 'to be answered by link')).toMatchObject({ outcome: 'merged', incidentId });
    await deployed.acknowledgeByLink(incidentId, await deployed.mail('ana@example.com', 'to be answered by link'));
    expect(await deployed.show(incidentId)).toMatchObject({ state: 'acknowledged', occurrences: 2 });
  });

  test('alarms of CloudWatch come over SNS, over EventBridge and as a Lambda action calls, each to the service that its name says, and OK resolves', async () => {
    const arn = (name: string): string => `arn:aws:cloudwatch:us-east-1:000000000000:alarm:${name}`;
    const message = (NewStateValue: string): object => ({
      ...{ AlarmName: 'search-latency', AlarmArn: arn('search-latency'), AWSAccountId: '000000000000', Region: 'US East (N. Virginia)' },
      ...{ NewStateValue, NewStateReason: 'Threshold Crossed', StateChangeTime: new Date().toISOString(), OldStateValue: 'OK' },
      Trigger: { MetricName: 'Latency', Namespace: 'Search', Dimensions: [] },
    });
    await deployed.account.publish(deployed.outputs.AlarmTopic, message('ALARM'));
    const state = { value: 'ALARM', reason: 'disk is full', timestamp: new Date().toISOString() };
    const alarmData = (alarmName: string): object => ({ alarmName, state, previousState: { value: 'OK' }, configuration: { metrics: [] } });
    const change = 'CloudWatch Alarm State Change';
    await deployed.account.putEvent('aws.cloudwatch', change, arn('tocsin-e2e-overdue'), alarmData('tocsin-e2e-overdue'));
    await deployed.account.putEvent('aws.cloudwatch', change, arn('search-disk'), alarmData('search-disk'));
    // The emulator has no alarm that calls a function, so this event is handed to it as CloudWatch does.
    await deployed.account.invoke(deployed.outputs.TriggerFunction, {
      ...{ source: 'aws.cloudwatch', accountId: '000000000000', region: 'us-east-1', time: new Date().toISOString() },
      ...{ alarmArn: arn('search-queue'), alarmData: alarmData('search-queue') },
    });
    await deployed.text(phone.cleo, 'search-latency');
    await deployed.text(phone.cleo, 'search-disk');
    await deployed.text(phone.cleo, 'search-queue');
    const incidents = await deployed.open('search');
    expect(incidents).toHaveLength(3);
    // An alarm about Tocsin itself does not come this way: it would be of the default service.
    expect((await deployed.open('checkout')).filter(({ title }) => title.includes('overdue'))).toEqual([]);
    await deployed.account.publish(deployed.outputs.AlarmTopic, message('OK'));
    const latency = incidents.find(({ title }) => title.startsWith('search-latency'));
    await deployed.inState(latency?.id ?? '', 'resolved');
  });

  test('an alarm that could not be taken in, however often Lambda tried, comes again by itself', async () => {
    const message = { AlarmName: 'brought again', NewStateValue: 'ALARM', NewStateReason: 'Threshold Crossed', OldStateValue: 'OK' };
    // As Lambda keeps it.
    const kept = { version: '1.0', requestContext: { requestId: 'given-up', condition: 'RetriesExhausted' }, requestPayload: message };
    await deployed.account.put('QueuesSignalRetries', JSON.stringify(kept));
    await deployed.text(phone.ana, 'brought again');
  });

  test('a worker that is killed while it works loses no page', async () => {
    const { incidentId } = await deployed.alarm(key, 'killed', 'while the worker dies');
    let killed = 0;
    for (let round = 0; round < 10; round += 1) {
      killed += await emulator.killFunctions();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(killed).toBeGreaterThan(0);
    await deployed.text(phone.ana, 'while the worker dies', 150_000);
    await deployed.inState(incidentId, 'active');
  });

  test('what the worker does not understand is kept for a person in the end, and has kept nobody else up', async () => {
    await until('the dead letter', async () => ((await deployed.account.deadLetters())['Work'] === 1 ? true : null), 120_000);
  });

  test('the store answers and the sweeper runs: it is healthy [R-074]', async () => {
    await until('health', async () => deployed.call('GET', '/health').catch(() => null), 90_000);
  });

  test('all of it goes when it is removed, what it has logged and what it has armed too', async () => {
    expect(await deployed.account.schedules('tocsin-e2e')).not.toEqual([]);
    await deployed.destroy();
    expect(await deployed.account.log()).toEqual([]);
    expect(await deployed.account.deadLetters()).toEqual({});
    expect(await deployed.account.schedules('tocsin-e2e')).toEqual([]);
  });
});
