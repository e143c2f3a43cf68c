import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Deployed, until } from './deployed.ts';
import { startEmulator, type Emulator } from './emulator.ts';

const phone = { ana: '+15555550100', lead: '+15555550102' } as const;

const config = `
settings: { catchAll: ['user:lead'] }
services: [{ id: checkout, policy: default }]
policies:
  - { id: default, levels: [{ targets: ['user:ana', 'webhook:secret:HOOK'] }, { delay: 1h, targets: ['user:lead'] }] }
people:
  - { id: ana, name: Ana, contacts: [{ id: phone, channel: sms, address: '${phone.ana}' }, { id: mail, channel: email, address: ana@example.com }] }
  - { id: lead, name: Lee, contacts: [{ id: phone, channel: sms, address: '${phone.lead}' }] }
`;

describe('where a function may do what its role says and nothing else', () => {
  let emulator: Emulator;
  let deployed: Deployed;
  let key: string;

  beforeAll(async () => {
    emulator = await startEmulator({ enforceRoles: true });
    deployed = await Deployed.open(emulator);
    await deployed.account.makeSecret('tocsin/e2e/HOOK', `https://127.0.0.1/hook whsec_${Buffer.alloc(32).toString('base64')}`);
    await deployed.call('PUT', '/v1/config', config);
    key = await deployed.makeKey('checkout');
  });

  afterAll(async () => {
    await emulator.stop();
  });

  test('an alarm pages by SMS, by mail and by a webhook that a secret names, has its next level armed, and is acknowledged by SMS and resolved', async () => {
    const { incidentId } = await deployed.alarm(key, 'by-sms', 'to be answered by SMS');
    const page = await deployed.text(phone.ana, 'to be answered by SMS');
    await deployed.mail('ana@example.com', 'to be answered by SMS');
    await until('the schedule', async () =>
      (await deployed.account.schedules('tocsin-e2e')).find((name) => name.startsWith(`${incidentId}-`)),
    );
    // The secret was read: what it names is an address that nothing is ever posted to.
    const failed = { type: 'notificationFailed', channel: 'webhook', code: 'invalid-address' };
    expect(await deployed.timeline(incidentId)).toContainEqual(expect.objectContaining(failed));
    await deployed.reply(phone.ana, page);
    await deployed.inState(incidentId, 'acknowledged');
    await deployed.call('POST', `/v1/incidents/${incidentId}/resolve`, { by: 'user:ana' });
    await deployed.inState(incidentId, 'resolved');
  });

  test('an alarm of a topic is acknowledged by link and cancelled', async () => {
    const message = { AlarmName: 'latency', NewStateValue: 'ALARM', NewStateReason: 'Threshold Crossed', OldStateValue: 'OK' };
    await deployed.account.publish(deployed.outputs.AlarmTopic, message);
    const mail = await deployed.mail('ana@example.com', 'latency');
    const incidentId = (await deployed.open('checkout')).find(({ title }) => title.includes('latency'))?.id ?? 'none';
    await deployed.acknowledgeByLink(incidentId, mail);
    await deployed.inState(incidentId, 'acknowledged');
    await deployed.call('POST', `/v1/incidents/${incidentId}/cancel`, { by: 'user:ana', reason: 'a drill' });
    await deployed.inState(incidentId, 'cancelled');
  });

  test('a contact is tested, and the sweeper runs', async () => {
    expect(await deployed.call('POST', '/v1/people/ana/test', {})).toMatchObject({ results: [{ ok: true }, { ok: true }] });
    await deployed.account.invoke('tocsin-e2e-sweep', {});
    await until('health', async () => deployed.call('GET', '/health').catch(() => null));
  });

  test('nothing that any function asked for was refused', async () => {
    const lines = await deployed.account.log();
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.filter((line) => /"level":"(ERROR|CRITICAL)"|AccessDenied/.test(line))).toEqual([]);
  });

  test('what no function understands is tried again, and in the end kept for a person to look at', async () => {
    const { account, outputs } = deployed;
    expect(await account.deadLetters()).toEqual({ Work: 0, Schedule: 0, Signal: 0, Reply: 0 });
    // As AWS brings them. The emulator hands the messages of a topic over once and forgets them, whatever comes of it.
    const brought = (TopicArn: string): object => ({ Records: [{ Sns: { MessageId: 'm-1', TopicArn, Message: 'hello' } }] });
    await account.invoke(outputs.TriggerFunction, brought(outputs.AlarmTopic));
    await account.invoke('tocsin-e2e-reply', brought(outputs.ReplyTopic));
    await account.invoke('tocsin-e2e-escalate', { hello: 'you' });
    await until('the dead letters', async () => {
      const { Work, Signal, Reply } = await account.deadLetters();
      return Work === 1 && Signal === 1 && Reply === 1 ? true : null;
    });
  });

  test('a grant that is taken away is missed: the mail does not leave, and the incident says so', async () => {
    await deployed.deployWith({ without: 'ses:SendEmail' });
    const { incidentId } = await deployed.alarm(key, 'no-mail', 'without mail');
    await deployed.text(phone.ana, 'without mail');
    const failed = { type: 'notificationFailed', channel: 'email', code: 'not-allowed' };
    await until('the failure', async () =>
      (await deployed.timeline(incidentId)).find(
        ({ type, channel, code }) => type === failed.type && channel === failed.channel && code === failed.code,
      ),
    );
  });
});
