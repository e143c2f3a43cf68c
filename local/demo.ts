import * as z from 'zod/mini';
import { startMachine, type Machine } from './machine.ts';

const messages = z.object({
  messages: z.array(
    z.object({
      kind: z.string(),
      at: z.string(),
      channel: z.string(),
      person: z.string(),
      text: z.string(),
      to: z.string(),
      code: z.nullable(z.string()),
    }),
  ),
});
const created = z.object({ outcome: z.literal('created'), incidentId: z.string() });
const incident = z.object({ state: z.string(), acknowledgedBy: z.nullable(z.string()) });
const settled = z.object({ now: z.string(), unsettled: z.literal(0) });
const replies = z.object({ replies: z.tuple([z.string()]) });
const event = z.looseObject({
  seq: z.number(),
  at: z.string(),
  type: z.string(),
  by: z.optional(z.string()),
  level: z.optional(z.number()),
  name: z.optional(z.string()),
  channel: z.optional(z.string()),
});
const timeline = z.object({ events: z.array(event) });

type Message = z.infer<typeof messages>['messages'][number];
type Ask = <T>(method: 'GET' | 'POST', path: string, answer: z.ZodMiniType<T>, body?: object) => Promise<T>;

const isTty = process.stdout.isTTY;
const strong = (text: string): string => (isTty ? `\u001b[1m${text}\u001b[0m` : text);
const quiet = (text: string): string => (isTty ? `\u001b[2m${text}\u001b[0m` : text);
const tell = (text: string): void => {
  console.log(text);
};
const timeOf = (iso: string): string => iso.slice(11, 19);

function asking({ address, adminToken, localKey }: Machine): Ask {
  return async (method, path, answer, body) => {
    const token = path === '/v1/events' ? localKey?.key : adminToken;
    const response = await fetch(address + path, {
      method,
      headers: { authorization: `Bearer ${token ?? ''}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const value: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${path.split('?')[0] ?? ''} was answered ${response.status}`);
    return answer.parse(value);
  };
}

type Event = z.infer<typeof event>;

const inWords = (type: string): string => type.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function eventLine({ at, type, level, name, channel, by }: Event): string {
  const what = level === undefined ? inWords(type) : inWords(type).replace('level', `level ${level}`);
  const to = name === undefined ? '' : `: ${name}, ${channel ?? ''}`;
  const who = by === undefined ? '' : ` by ${by}`;
  return quiet(`  ${timeOf(at)}  ${what}${to}${who}`);
}

const messageLine = ({ person, to, text }: Message): string => `            ${strong('SMS')} to ${person} (${to}):\n            ${text}`;

/** Shows, each time it is called, what has happened and which SMS were sent since the last time. */
function makeTeller(ask: Ask, id: string) {
  let seen = 0;
  let shown = 0;
  return async (): Promise<readonly Message[]> => {
    const { events } = await ask('GET', `/v1/incidents/${id}/timeline?after=${seen}`, timeline);
    const sent = (await ask('GET', '/local/inbox', messages)).messages.slice(shown);
    const sms = sent.filter((message) => message.channel === 'sms');
    const lines = [
      ...events.map((one) => ({ at: one.at, line: eventLine(one) })),
      ...sms.map((one) => ({ at: one.at, line: messageLine(one) })),
    ];
    for (const { line } of lines.sort((a, b) => a.at.localeCompare(b.at))) tell(line);
    seen = events.at(-1)?.seq ?? seen;
    shown += sent.length;
    return sent;
  };
}

function expectCode(sent: readonly Message[], person: string): Message & { readonly code: string } {
  const found = sent.find((message) => message.channel === 'sms' && message.person === person);
  if (typeof found?.code !== 'string') throw new Error(`${person} should have been paged by SMS`);
  return { ...found, code: found.code };
}

async function story(machine: Machine): Promise<void> {
  const ask = asking(machine);
  tell(strong('\nThe monitoring of checkout raises an alarm.'));
  const { incidentId } = await ask('POST', '/v1/events', created, { title: 'error rate 12%', severity: 'critical', source: 'demo' });
  const show = makeTeller(ask, incidentId);
  await ask('POST', '/local/clock', settled, { advance: '1s' });
  expectCode(await show(), 'ana');

  tell(strong('\nAna sleeps. She is told again, then 15 minutes have passed.'));
  await ask('POST', '/local/clock', settled, { advance: '15m' });
  const page = expectCode(await show(), 'ben');

  tell(strong(`\nBen answers the SMS: ${page.code}`));
  const answer = await ask('POST', '/local/sms', replies, { from: page.to, text: page.code });
  tell(`            ${strong('Answer')} to ben:\n            ${answer.replies[0]}`);
  await ask('POST', '/local/clock', settled, { advance: '1s' });
  await show();
  await expectState('acknowledged');

  tell(strong('\nThe fix is out; Ben resolves.'));
  await ask('POST', `/v1/incidents/${incidentId}/resolve`, incident, { by: 'user:ben' });
  await ask('POST', '/local/clock', settled, { advance: '1s' });
  await show();
  await expectState('resolved');

  tell(strong('\nAn hour later: nobody hears of it again.'));
  await ask('POST', '/local/clock', settled, { advance: '1h' });
  if ((await show()).length > 0) throw new Error('a resolved incident should be quiet');
  tell('  Quiet.\n\nThat was Tocsin. Start your own with: npm start');

  async function expectState(state: string): Promise<void> {
    const found = await ask('GET', `/v1/incidents/${incidentId}`, incident);
    if (found.state !== state || found.acknowledgedBy !== 'user:ben')
      throw new Error(`the incident should be ${state}, and Ben its acknowledger`);
  }
}

const machine = await startMachine({ port: 0, data: null, config: null, speed: 1, adminToken: null });
try {
  await story(machine);
} catch (cause) {
  console.error(`The demo went wrong: ${cause instanceof Error ? cause.message : 'for an unknown reason'}`);
  process.exitCode = 1;
} finally {
  await machine.stop();
}
