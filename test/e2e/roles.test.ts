import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { allowed } from '../stack/allowed.ts';
import { BusReader } from './bus-reader.ts';
import { Deployed, until } from './deployed.ts';
import { startEmulator, type Emulator } from './emulator.ts';

const phone = { ana: '+15555550100', ben: '+15555550101', lead: '+15555550102', dora: '+15555550104' } as const;
const mail = { ana: 'ana@example.com', ben: 'ben@example.com', cleo: 'cleo@example.com', flo: 'flo@example.com' } as const;

// What floods fills the system up, so that what comes after it waits until something ends.
const flooding = 6;
const config = `
settings: { catchAll: ['user:lead'], maxOpen: ${String(flooding)} }
services:
  - { id: checkout, policy: default }
  - { id: quiet, policy: default }
  - { id: flood, policy: flood }
  - { id: waiting, policy: waiting }
  - { id: brief, policy: brief }
policies:
  - { id: default, levels: [{ targets: ['user:ana', 'webhook:secret:HOOK', 'custom:siren'] }, { delay: 1h, targets: ['user:lead', 'schedule:primary'] }] }
  - { id: flood, levels: [{ targets: ['user:flo'] }] }
  - { id: waiting, levels: [{ targets: ['user:ben'] }] }
  - { id: brief, levels: [{ targets: ['user:cleo'], autoResolve: 1s }] }
people:
  - { id: ana, name: Ana, contacts: [{ id: phone, channel: sms, address: '${phone.ana}' }, { id: mail, channel: email, address: ${mail.ana} }] }
  - { id: ben, name: Ben, contacts: [{ id: phone, channel: sms, address: '${phone.ben}' }, { id: mail, channel: email, address: ${mail.ben} }] }
  - { id: cleo, name: Cleo, contacts: [{ id: mail, channel: email, address: ${mail.cleo} }] }
  - { id: dora, name: Dora, contacts: [{ id: phone, channel: sms, address: '${phone.dora}' }], handoffNotices: [phone] }
  - { id: flo, name: Flo, contacts: [{ id: mail, channel: email, address: ${mail.flo} }] }
  - { id: lead, name: Lee, contacts: [{ id: phone, channel: sms, address: '${phone.lead}' }] }
schedules:
  - { id: primary, zone: UTC, layers: [{ id: week, people: [ben], rotation: { daily: { at: '09:00' } }, start: '2026-01-05' }] }
`;

/** What AWS does by itself in the role of a function; the emulator does it without asking. */
const doneByAws = [
  'Escalate iam:PassRole',
  'Escalate sqs:DeleteMessage',
  'Escalate sqs:GetQueueAttributes',
  'Escalate sqs:ReceiveMessage',
  'Escalate sqs:SendMessage DeadLetters',
  'Reply sqs:SendMessage DeadLetters',
  'Trigger sqs:DeleteMessage',
  'Trigger sqs:GetQueueAttributes',
  'Trigger sqs:ReceiveMessage',
];
/** A grant as it is written by hand, and as the emulator tells it: with as much of the resource as tells one grant from another. */
const grantOf = (role: string, action: string, resource: string): string =>
  [role, action, /index\/\w+|DeadLetters|SigningKeys|AdminToken|secret:tocsin\/|configuration-set/.exec(resource)?.[0]]
    .filter((part) => part !== undefined)
    .join(' ');

describe('where a function may do what its role says and nothing else', () => {
  let emulator: Emulator;
  let deployed: Deployed;
  let key: string;
  let siren: BusReader;
  let told: BusReader;

  beforeAll(async () => {
    vi.stubEnv('PUBLISH_EVENTS', 'true');
    emulator = await startEmulator({ enforceRoles: true });
    deployed = await Deployed.open(emulator);
    await deployed.account.makeSecret('tocsin/e2e/HOOK', `https://127.0.0.1/hook whsec_${Buffer.alloc(32).toString('base64')}`);
    await deployed.call('PUT', '/v1/config', config);
    key = await deployed.makeKey('checkout');
    siren = await BusReader.open(emulator, 'tocsin-e2e', 'siren', { source: ['tocsin'], 'detail-type': ['notification'] });
    told = await BusReader.open(emulator, 'tocsin-e2e', 'told', { source: ['tocsin'], 'detail-type': ['incident.resolved'] });
  });

  afterAll(async () => {
    await emulator.stop();
    vi.unstubAllEnvs();
  });

  test('an alarm that a mute holds pages when the mute ends', async () => {
    const quiet = await deployed.makeKey('quiet');
    await deployed.call('POST', '/v1/services/quiet/mute', { for: '1h' });
    expect(await deployed.held(quiet, 'muted', 'muted for now')).toBe('muted');
    await deployed.call('DELETE', '/v1/services/quiet/mute');
    await deployed.text(phone.ana, 'muted for now');
    const { id } = await deployed.started('quiet', 'muted for now');
    await deployed.call('POST', `/v1/incidents/${id}/cancel`, { by: 'user:ana', reason: 'a drill' });
  });

  test('an alarm pages by SMS, by mail and by a webhook that a secret names and by a custom target, has its next level armed, and is acknowledged by SMS and resolved', async () => {
    const { incidentId } = await deployed.alarm(key, 'by-sms', 'to be answered by SMS');
    const page = await deployed.text(phone.ana, 'to be answered by SMS');
    await deployed.mail(mail.ana, 'to be answered by SMS');
    await until('the schedule', async () =>
      (await deployed.account.schedules('tocsin-e2e')).find((name) => name.startsWith(`${incidentId}-`)),
    );
    // The secret was read: what it names is an address that nothing is ever posted to.
    const failed = { type: 'notificationFailed', channel: 'webhook', code: 'invalid-address' };
    expect(await deployed.timeline(incidentId)).toContainEqual(expect.objectContaining(failed));
    await until('the siren', async () => (await siren.events()).find(({ detail }) => detail.data.incident.id === incidentId));
    expect(await deployed.alarm(key, 'by-sms', 'to be answered by SMS')).toMatchObject({ outcome: 'merged' });
    await deployed.reply(phone.ana, page);
    await deployed.inState(incidentId, 'acknowledged');
    await deployed.call('POST', `/v1/incidents/${incidentId}/resolve`, { by: 'user:ana' });
    await deployed.inState(incidentId, 'resolved');
    // What happens is told to whoever reads the bus.
    await until('the end', async () => (await told.events()).find(({ detail }) => detail.data.incident.id === incidentId));
  });

  test('an alarm of a topic is acknowledged by link and cancelled', async () => {
    const message = { AlarmName: 'latency', NewStateValue: 'ALARM', NewStateReason: 'Threshold Crossed', OldStateValue: 'OK' };
    await deployed.account.publish(deployed.outputs.AlarmTopic, message);
    const page = await deployed.mail(mail.ana, 'latency');
    const incidentId = (await deployed.open('checkout')).find(({ title }) => title.includes('latency'))?.id ?? 'none';
    await deployed.acknowledgeByLink(incidentId, page);
    await deployed.inState(incidentId, 'acknowledged');
    await deployed.call('POST', `/v1/incidents/${incidentId}/cancel`, { by: 'user:ana', reason: 'a drill' });
    await deployed.inState(incidentId, 'cancelled');
  });

  test('a contact is tested, and the sweeper runs', async () => {
    expect(await deployed.call('POST', '/v1/people/ana/test', {})).toMatchObject({ results: [{ ok: true }, { ok: true }] });
    await deployed.account.invoke('tocsin-e2e-sweep', {});
    await until('health', async () => deployed.call('GET', '/health').catch(() => null));
  });

  test('what a client asks for twice is done once, whichever function answers', async () => {
    const { incidentId } = await deployed.alarm(key, 'twice', 'asked twice');
    for (const act of ['acknowledge', 'notes', 'resolve']) {
      const [first, second] = await deployed.actTwice(incidentId, act, { by: 'user:ana', ...(act === 'notes' ? { note: 'seen' } : {}) });
      expect(second).toEqual(first);
    }
    expect((await deployed.timeline(incidentId)).filter(({ type }) => type === 'noteAdded')).toHaveLength(1);
    await deployed.call('GET', '/v1/schedules/primary/people/ben/calendar');
  });

  test('somebody who takes over is told when it begins, which the sweeper sees, with what is open; taking it back is seen too', async () => {
    const { incidentId } = await deployed.alarm(key, 'open', 'open at the handoff');
    const [begin, end] = [2000, 3_600_000].map((later) => new Date(Date.now() + later).toISOString());
    const swap = await deployed.call('POST', '/v1/schedules/primary/overrides', { person: 'dora', from: begin, until: end });
    const notice = await until('the notice', async () => {
      await deployed.account.invoke('tocsin-e2e-sweep', {});
      return (await deployed.account.texts(phone.dora)).find((one) => one.includes('you are on call'));
    });
    expect(notice).toContain('1 open incident');
    const { id } = z.object({ id: z.string() }).parse(swap);
    await deployed.call('DELETE', `/v1/schedules/primary/overrides/${id}`);
    await deployed.text(phone.dora, 'you are off call');
    await deployed.call('POST', `/v1/incidents/${incidentId}/resolve`, { by: 'user:ana' });
  });

  test('pages that came as one message are acknowledged together; what then waits for room starts as soon as one ends, whatever ended it', async () => {
    const flood = await deployed.makeKey('flood');
    for (let number = 1; number <= flooding; number += 1) await deployed.alarm(flood, `flood-${String(number)}`, 'under water');
    const all = await until(
      'all in one',
      async () => (await deployed.account.mail(mail.flo)).find(({ BodyText }) => BodyText.includes('of them:')),
      120_000,
    );
    expect(await deployed.look(all)).toContain('3 pages');
    await deployed.press(all, 'acknowledge');
    const acknowledged = async () => (await deployed.open('flood')).filter(({ state }) => state === 'acknowledged');
    expect(await acknowledged()).toHaveLength(3);

    const waiting = await deployed.makeKey('waiting');
    const brief = await deployed.makeKey('brief');
    for (const title of ['first', 'second', 'third']) expect(await deployed.held(waiting, title, title)).toBe('capacity');
    expect(await deployed.held(brief, 'fourth', 'fourth')).toBe('capacity');
    expect(await deployed.held(waiting, 'fifth', 'fifth')).toBe('capacity');
    // Over the API.
    await deployed.call('POST', `/v1/incidents/${(await acknowledged())[0]?.id ?? 'none'}/resolve`, { by: 'user:flo' });
    // Behind a link.
    await deployed.press(await deployed.mail(mail.ben, 'first'), 'resolve');
    // By SMS.
    await deployed.reply(phone.ben, await deployed.text(phone.ben, 'second'), ' r');
    // By the sender.
    await deployed.text(phone.ben, 'third');
    await deployed.call('POST', '/v1/events', { action: 'resolve', dedupKey: 'third' }, waiting);
    // By itself.
    await deployed.mail(mail.cleo, 'fourth');
    await deployed.started('waiting', 'fifth');
    await deployed.press(all, 'resolve');
  });

  test('nothing that any function asked for was refused', async () => {
    const lines = await deployed.account.log();
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.filter((line) => /"level":"(ERROR|CRITICAL)"|AccessDenied/.test(line))).toEqual([]);
  });

  test('what no function understands is kept for a person to look at, at once or after some tries', async () => {
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

  test('there is no grant that nothing of all this has used', () => {
    const granted = Object.entries(allowed).flatMap(([role, grants]) =>
      grants.map((grant) => grantOf(role, grant.split(' ', 1)[0] ?? '', grant)),
    );
    const used = new Set(
      emulator.allowed().map(([role, action, resource]) => grantOf(/-Functions(\w+)Role/.exec(role)?.[1] ?? '', action, resource)),
    );
    expect(granted.filter((grant) => !used.has(grant)).toSorted()).toEqual(doneByAws);
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
