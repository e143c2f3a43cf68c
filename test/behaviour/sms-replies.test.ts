import { describe, expect, it } from 'vitest';
import { isCarrierKeyword } from '../../shared/domain/sms-reply.ts';
import { phone, withPolicy, World } from '../world.ts';

const both = { targets: ['user:ana', 'user:ben'] };
const levels = [both, { delay: '20m', targets: ['user:lead'] }];
const stranger = '+15555550999';
const day = 24 * 3_600_000;

interface Paged {
  readonly world: World;
  readonly id: string;
  readonly code: string;
}

async function paged(): Promise<Paged> {
  const world = await World.withPolicy({ levels });
  const { incidentId } = await world.alarm();
  return { world, id: String(incidentId), code: world.code(phone.ana) };
}

const wrongFor = (code: string): string => (code === '9999' ? '9998' : '9999');
const untouched = async ({ world, id }: Paged): Promise<void> => {
  expect(await world.incident(id)).toMatchObject({ state: 'active', acknowledged: null, resolved: null, escalationCount: 0 });
};
const wide = (text: string): string =>
  text.replace(/[!-~]/g, (character) => String.fromCodePoint((character.codePointAt(0) ?? 0) + 0xfee0));

describe('the code of a page, sent back [H-021]', () => {
  it.each<[string, (code: string) => string]>([
    ['alone', (code) => code],
    ['with spaces and a full stop', (code) => `  ${code}. `],
    ['in quotes', (code) => `“${code}”`],
    ['in full-width digits', wide],
    ['with a', (code) => `${code} a`],
    ['with ACK', (code) => `${code} ACK`],
    ['after ack', (code) => `Ack ${code}`],
    ['after full-width ack', (code) => wide('ack') + wide(code)],
  ])('%s: acknowledges', async (_, text) => {
    const { world, id, code } = await paged();
    expect(await world.sms(phone.ana, text(code))).toEqual([`Acknowledged: checkout: error rate 12%. Reply ${code} R to resolve.`]);
    expect(await world.incident(id)).toMatchObject({ state: 'acknowledged', acknowledged: { by: 'user:ana' } });
    await world.pass('50m');
    expect(world.paged()).toHaveLength(2);
  });

  it.each(['r', 'R', 'resolve'])('with %s: resolves', async (word) => {
    const { world, id, code } = await paged();
    expect(await world.sms(phone.ana, `${code} ${word}`)).toEqual(['Resolved: checkout: error rate 12%.']);
    expect(await world.incident(id)).toMatchObject({ state: 'resolved', resolved: { by: 'user:ana' } });
  });

  it.each(['e', 'esc'])('with %s: tells the next level at once, and only once however often it is asked', async (word) => {
    const { world, id, code } = await paged();
    expect(await world.sms(phone.ana, `${code} ${word}`)).toEqual([expect.stringMatching(/^Escalated/)]);
    await world.sms(phone.ana, `${code} ${word}`);
    expect(world.paged()).toEqual(['0 ana', '0 ben', '0 lead']);
    expect(await world.incident(id)).toMatchObject({ position: { level: 2, cycle: 0 } });
  });

  it('with e after an acknowledgement: changes nothing, and says how to get help', async () => {
    const { world, id, code } = await paged();
    await world.sms(phone.ana, code);
    const [reply] = await world.sms(phone.ana, `${code} E`);
    expect(reply).toMatch(/^Already acknowledged by Ana, .*: checkout: error rate 12%\. For help: escalate with force by the API\.$/);
    expect(await world.incident(id)).toMatchObject({ state: 'acknowledged' });
    expect(await world.act(id, 'escalate', { by: 'user:ana', force: true })).toMatchObject({ http: 200 });
    expect(world.paged()).toContain('0 lead');
  });

  it('says who was faster', async () => {
    const { world, code } = await paged();
    await world.sms(phone.ben, world.code(phone.ben));
    expect(await world.sms(phone.ana, code)).toEqual([expect.stringMatching(/^Already acknowledged by Ben, /)]);
  });

  it('says of an address that was faster only what kind it is: its URL may hold a secret', async () => {
    const world = await World.withPolicy({ levels: [{ targets: ['webhook:https://hooks.example.com/s3cret', 'user:ana'] }] });
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'acknowledge', { by: 'webhook:https://hooks.example.com/s3cret' });
    expect(await world.sms(phone.ana, world.code(phone.ana))).toEqual([expect.stringMatching(/^Already acknowledged by webhook, /)]);
  });

  it('acts once, however often the carrier delivers the message', async () => {
    const { world, id, code } = await paged();
    const first = await world.sms(phone.ana, `${code} r`, 'message-1');
    const before = await world.incident(id);
    await world.pass('1m');
    expect([first.length, await world.sms(phone.ana, `${code} r`, 'message-1')]).toEqual([1, []]);
    expect((await world.incident(id)).seq).toBe(before.seq + 0);
  });

  it('acts once also when the carrier delivers the message again days later', async () => {
    const { world, code } = await paged();
    expect(await world.sms(phone.ana, code, 'message-1')).toHaveLength(1);
    world.now += 6 * day;
    expect(await world.sms(phone.ana, code, 'message-1')).toEqual([]);
  });

  it('answers its page for 30 days', async () => {
    const { world, id, code } = await paged();
    world.now += 30 * day - 60_000;
    await world.sms(phone.ana, `${code} r`);
    expect(await world.incident(id)).toMatchObject({ state: 'resolved' });
    world.now += 60_000;
    expect(await world.sms(phone.ana, code)).toEqual([expect.stringMatching(/^Unknown or expired code/)]);
  });

  it('is taken up again when its handling broke off before it took effect', async () => {
    let breaks = false;
    const world = await World.withConfig(withPolicy({ levels }), (ports) => ({
      ...ports,
      replies: {
        ...ports.replies,
        findCode: (...asked) => (breaks ? new Promise(() => undefined) : ports.replies.findCode(...asked)),
      },
    }));
    const { incidentId } = await world.alarm();
    breaks = true;
    void world.app.reply({ from: phone.ana, text: world.code(phone.ana), messageId: 'message-1' });
    breaks = false;
    expect(await world.sms(phone.ana, world.code(phone.ana), 'message-1')).toHaveLength(1);
    expect(await world.incident(incidentId)).toMatchObject({ state: 'acknowledged' });
  });

  it('of an older incident acts on that one alone, though the same problem has a newer one', async () => {
    const { world, id, code } = await paged();
    await world.act(id, 'resolve', { by: 'user:lead' });
    await world.pass('1m');
    const { incidentId: next } = await world.alarm();
    expect(next).not.toBe(id);
    expect(world.code(phone.ana)).not.toBe(code);
    expect(await world.sms(phone.ana, code)).toEqual([expect.stringMatching(/^Already resolved by Lee, /)]);
    expect(await world.incident(next)).toMatchObject({ state: 'active' });
  });

  it('is told that nothing was saved while the store is down', async () => {
    let down = false;
    const world = await World.withConfig(withPolicy({ levels }), (ports) => ({
      ...ports,
      incidents: { ...ports.incidents, write: (...args) => (down ? Promise.reject(new Error('down')) : ports.incidents.write(...args)) },
    }));
    await world.alarm();
    down = true;
    expect(await world.sms(phone.ana, world.code(phone.ana))).toEqual([expect.stringMatching(/could not be saved/)]);
  });
});

describe('a bare ack', () => {
  it('acknowledges where exactly one page is open for the number', async () => {
    const { world, id } = await paged();
    expect(await world.sms(phone.ana, 'ack')).toEqual([expect.stringMatching(/^Acknowledged/)]);
    expect(await world.incident(id)).toMatchObject({ acknowledged: { by: 'user:ana' } });
  });

  it('gets the list where several are, and changes nothing', async () => {
    const { world, id, code } = await paged();
    const { incidentId: second } = await world.alarm({ dedupKey: 'disk', title: 'disk full' });
    const [list] = await world.sms(phone.ana, 'ACK');
    expect(list).toContain(`${code} checkout: error rate 12%`);
    expect(list).toContain(`${world.code(phone.ana)} checkout: disk full`);
    for (const open of [id, second]) expect(await world.incident(open)).toMatchObject({ acknowledged: null });
  });

  it('gets told so where none is', async () => {
    const { world, code } = await paged();
    await world.sms(phone.ana, code);
    expect(await world.sms(phone.ana, 'ack')).toEqual(['No page is open for this number.']);
  });

  it('delivered twice means the same page both times, though another one opened meanwhile', async () => {
    const { world } = await paged();
    await world.sms(phone.ana, 'ack', 'message-1');
    const { incidentId: second } = await world.alarm({ dedupKey: 'disk' });
    await world.sms(phone.ana, 'ack', 'message-1');
    expect(await world.incident(second)).toMatchObject({ acknowledged: null });
  });
});

describe('a text that is no answer we know', () => {
  it.each(['ok', 'on my way', 'yes', '12', '4821 please'])('(%s) acknowledges nothing and says so, with the codes to use', async (text) => {
    const { world, id, code } = await paged();
    expect(await world.sms(phone.ana, text)).toEqual([`Reply with a code to ack:\n${code} checkout: error rate 12%`]);
    await untouched({ world, id, code });
  });

  it('gets no answer when no page is open for the number', async () => {
    const { world, code } = await paged();
    await world.sms(phone.ana, code);
    expect(await world.sms(phone.ana, 'thanks')).toEqual([]);
  });

  it.each(['STOP', 'stop.', 'Unsubscribe', 'CANCEL', 'end', 'QUIT', 'revoke', 'opt out', 'ARRÊT', 'HELP', 'info', 'START'])(
    '(%s), which the carrier takes for itself, is never a command and gets no answer of ours',
    async (word) => {
      const page = await paged();
      expect(isCarrierKeyword(word)).toBe(true);
      expect(await page.world.sms(phone.ana, word)).toEqual([]);
      await untouched(page);
    },
  );

  it.each(['ack', '4821', 'ok', 'yes', 'stop paging me', 'no', ''])('%j is no word of the carrier', (text) => {
    expect(isCarrierKeyword(text)).toBe(false);
  });

  it('does not make two machines answer each other for ever', async () => {
    const { world } = await paged();
    let answers = 0;
    let text: string | undefined = 'I am driving and will answer later.';
    while (text !== undefined && answers < 50) {
      const replies: readonly string[] = await world.sms(phone.ana, text);
      text = replies.length === 0 ? undefined : 'I am driving and will answer later.';
      answers += replies.length;
    }
    expect(answers).toBe(5);
  });
});

describe('a wrong code', () => {
  it('gets an answer and changes nothing', async () => {
    const page = await paged();
    expect(await page.world.sms(phone.ana, wrongFor(page.code))).toEqual([expect.stringMatching(/^Unknown or expired code/)]);
    await untouched(page);
  });

  it('is also the code of somebody else', async () => {
    const page = await paged();
    expect(page.world.code(phone.ben)).not.toBe(page.code);
    expect(await page.world.sms(phone.ben, page.code)).toEqual([expect.stringMatching(/^Unknown or expired code/)]);
    await untouched(page);
  });

  it('five times in ten minutes: the number is not listened to for ten minutes, which is said and reported [R-101]', async () => {
    const page = await paged();
    const { world, code } = page;
    for (let count = 0; count < 4; count += 1) await world.sms(phone.ana, wrongFor(code));
    expect(world.alarms).toEqual([]);
    expect(await world.sms(phone.ana, wrongFor(code))).toEqual([
      'Too many wrong codes. This number is not listened to for 10 minutes; use the link in the page.',
    ]);
    expect(world.alarms).toEqual(['number-ignored-after-wrong-codes']);
    expect(await world.sms(phone.ana, code)).toEqual([]);
    await untouched(page);
    await world.pass('10m');
    expect(await world.sms(phone.ana, code)).toEqual([expect.stringMatching(/^Acknowledged/)]);
  });

  it('is reported with whose number it is, without the number', async () => {
    const told: object[] = [];
    const world = await World.withConfig(withPolicy({ levels: [{ targets: ['user:ana', 'phone:+15555550199'] }] }), (ports) => ({
      ...ports,
      log: { ...ports.log, alarm: (event, fields) => told.push({ event, ...fields }) },
    }));
    await world.alarm();
    for (const number of [phone.ana, '+15555550199'])
      for (let count = 0; count < 5; count += 1) await world.sms(number, wrongFor(world.code(number)));
    expect(told).toEqual([
      { event: 'number-ignored-after-wrong-codes', minutes: 10, person: 'ana' },
      { event: 'number-ignored-after-wrong-codes', minutes: 10, person: 'nobody' },
    ]);
  });

  it('is no word that a tired person writes: those are answered a few times and never shut out the code', async () => {
    const { world, code } = await paged();
    const answers: number[] = [];
    for (const text of ['ok', 'on it', 'looking', 'thanks', 'yes', 'hm', 'what']) answers.push((await world.sms(phone.ana, text)).length);
    expect(answers).toEqual([1, 1, 1, 1, 1, 0, 0]);
    expect(world.alarms).toEqual([]);
    expect(await world.sms(phone.ana, code)).toEqual([expect.stringMatching(/^Acknowledged/)]);
  });

  it('five times in more than ten minutes is forgiven', async () => {
    const { world, code } = await paged();
    for (let count = 0; count < 5; count += 1) {
      await world.sms(phone.ana, wrongFor(code));
      await world.pass('151s');
    }
    expect(await world.sms(phone.ana, code)).toEqual([expect.stringMatching(/^Acknowledged/)]);
  });

  it('of one number does not shut out another', async () => {
    const { world, code } = await paged();
    for (let count = 0; count < 6; count += 1) await world.sms(phone.ana, wrongFor(code));
    expect(await world.sms(phone.ben, world.code(phone.ben))).toEqual([expect.stringMatching(/^Acknowledged/)]);
  });
});

describe('an unknown number', () => {
  it.each(['code', 'ack', 'hello'])('(%s) gets no answer and has no effect', async (text) => {
    const page = await paged();
    expect(await page.world.sms(stranger, text === 'code' ? page.code : text)).toEqual([]);
    await untouched(page);
  });

  it('gets none while the store is down either', async () => {
    const world = await World.withConfig(withPolicy({ levels }), (ports) => ({
      ...ports,
      state: { ...ports.state, claimRequest: () => Promise.reject(new Error('down')) },
    }));
    expect(await world.sms(stranger, '4821')).toEqual([]);
  });

  it('that is a target of its own can answer its page', async () => {
    const world = await World.withPolicy({ levels: [{ targets: [`phone:${stranger}`] }] });
    const { incidentId } = await world.alarm();
    expect(await world.sms(stranger, world.code(stranger))).toEqual([expect.stringMatching(/^Acknowledged/)]);
    expect(await world.incident(incidentId)).toMatchObject({ acknowledged: { by: `phone:${stranger}` } });
  });
});

describe('the page itself', () => {
  it('shows the same code each time the incident pages a number, and a different one to each number', async () => {
    const world = await World.withPolicy({ levels: [{ ...both, repeat: { count: 2, every: '5m' } }] });
    await world.alarm();
    await world.pass('10m');
    const codes = (to: string): ReadonlySet<string | null> =>
      new Set(world.messages.filter((message) => message.to === to).map((message) => message.code));
    expect(world.paged()).toHaveLength(6);
    expect([codes(phone.ana).size, codes(phone.ben).size]).toEqual([1, 1]);
    expect(codes(phone.ana)).not.toEqual(codes(phone.ben));
  });

  it('carries the link when it fits, and the code in any case', async () => {
    const short = await World.withPolicy({ levels });
    await short.alarm();
    expect(short.received(phone.ana)[0]).toContain('http://tocsin.test/a/');
    const baseUrl = `https://${'far-away.'.repeat(20)}example.com`;
    const long = await World.withPolicy({ levels }, { settings: { catchAll: ['user:lead'], baseUrl } });
    await long.alarm({ title: 'a title of some length '.repeat(10) });
    expect(long.received(phone.ana)[0]).not.toContain('http');
    expect(long.received(phone.ana)[0]).toContain(`Reply ${long.code(phone.ana)} to ack`);
  });

  it('leaves without a code when none can be had, and can still be answered by its link', async () => {
    const world = await World.withConfig(withPolicy({ levels }), (ports) => ({
      ...ports,
      replies: { ...ports.replies, claimCode: () => Promise.reject(new Error('down')) },
    }));
    await world.alarm();
    expect(world.messages.map((message) => [message.code, message.text.includes(String(message.ackUrl))])).toEqual([
      [null, true],
      [null, true],
    ]);
  });
});
