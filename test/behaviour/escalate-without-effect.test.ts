import { beforeEach, describe, expect, it } from 'vitest';
import { phone, World } from '../world.ts';

const levels = [{ targets: ['user:ana', 'user:ben'] }, { delay: '15m', targets: ['user:cara'] }, { delay: '15m', targets: ['user:lead'] }];

/** Presses a button behind the link of the first page to somebody; what the page then says on top. */
async function press(world: World, person: string, action: string): Promise<string> {
  const link = world.messages.find((message) => message.person === person && message.ackUrl !== null)?.ackUrl ?? '';
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const page = await world.app.fetch(new Request(link, { method: 'POST', headers, body: `action=${action}` }));
  expect(page.status).toBe(200);
  return /role="status"[^>]*>([^<]*)</.exec(await page.text())?.[1] ?? 'nothing';
}

let world: World;
let id: string | null;

beforeEach(async () => {
  world = await World.withPolicy({ levels });
  ({ incidentId: id } = await world.alarm());
});

describe('the page behind a link says truly what came of asking for the next level', () => {
  it('the one who asked first escalated; the next level is told', async () => {
    expect(await press(world, 'ana', 'escalate')).toBe('Escalated. The next level is being told.');
  });

  it('the one who asks while the next level is being told hears that it was done before', async () => {
    await press(world, 'ana', 'escalate');
    expect(await press(world, 'ben', 'escalate')).toBe('Already escalated. The next level is being told.');
    expect(await press(world, 'ana', 'escalate')).toBe('Already escalated. The next level is being told.');
  });

  it('whose page is of a level that is over hears that nothing was changed', async () => {
    await world.pass('15m');
    expect(await press(world, 'ana', 'escalate')).toBe('Nothing was changed: it has already moved on from the level of this message.');
    expect(await world.show(id)).toMatchObject({ level: 2 });
  });

  it('also when the same level has come round again', async () => {
    world = await World.withPolicy({ levels: levels.slice(0, 1), repeat: { times: 3, every: '10m' } });
    await world.alarm();
    await world.pass('10m');
    expect(await press(world, 'ana', 'escalate')).toMatch(/^Nothing was changed: /);
  });

  it('also when somebody has acknowledged the later level', async () => {
    await world.pass('15m');
    await world.act(id, 'acknowledge', { by: 'user:cara' });
    expect(await press(world, 'ana', 'escalate')).toMatch(/^Nothing was changed: /);
  });
});

describe('the answer to an SMS says truly what came of asking for the next level', () => {
  const ask = (person: 'ana' | 'ben', messageId?: string): Promise<readonly string[]> => {
    const [code] = world.messages.flatMap((message) => (message.to === phone[person] && message.code !== null ? [message.code] : []));
    return world.app.reply({ from: phone[person], text: `${code ?? ''} esc`, messageId: messageId ?? `from-${person}` });
  };
  const about = 'checkout: error rate 12%.';

  it('the one who asked first escalated, the one after that hears that it was done before', async () => {
    expect(await ask('ana')).toEqual([`Escalated, the next level is being told: ${about}`]);
    expect(await ask('ben')).toEqual([`Already escalated, the next level is being told: ${about}`]);
  });

  it('whose page is of a level that is over hears that nothing was changed', async () => {
    await world.pass('15m');
    expect(await ask('ana')).toEqual([`Already moved on from that level, nothing was changed: ${about}`]);
  });
});
