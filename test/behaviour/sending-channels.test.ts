import { describe, expect, it } from 'vitest';
import { segments } from '../unit/sms-septets.ts';
import { address, documentWith, SendingWorld } from './sending-world.ts';

describe('a page', () => {
  it('by e-mail tells what is wrong in its subject and carries the link that answers it [H-019]', async () => {
    const world = await SendingWorld.with(documentWith({ rules: [{ notify: ['mail'] }] }));
    const { incidentId } = await world.alarm();
    const [page] = world.messages;
    expect(page).toMatchObject({
      to: address.mail,
      channel: 'email',
      kind: 'page',
      incidentId,
      subject: '[CRITICAL] checkout: error rate 12% (level 1)',
    });
    const link = String(page?.ackUrl);
    expect(page?.text).toContain(link);
    const form = new Request(link, { method: 'POST', body: new URLSearchParams({ action: 'acknowledge' }) });
    expect((await world.app.fetch(form)).status).toBeLessThan(400);
    expect(await world.incident(incidentId)).toMatchObject({ acknowledged: { by: 'user:ana' } });
  });

  it('by SMS fits two segments, with the code that answers it [H-021]', async () => {
    const world = await SendingWorld.with();
    await world.alarm({ title: 'error rate 12% '.repeat(60) });
    const [page] = world.messages;
    expect(segments(String(page?.text))).toBeLessThanOrEqual(2);
    expect(page?.text).toContain(`Reply ${world.code(address.phone)} to ack`);
  });
});

describe('an alarm while nothing can be sent', () => {
  it('is taken, kept, counted and answered all the same; its page leaves when that is possible again [P-047]', async () => {
    let down = true;
    const world = await SendingWorld.with(documentWith(), (ports) => ({
      ...ports,
      queue: { ...ports.queue, nudge: (id) => (down ? Promise.reject(new Error('the queue is down')) : ports.queue.nudge(id)) },
    }));
    world.provider = () => (down ? 'throw' : null);
    const { outcome, incidentId } = await world.alarm();
    expect([outcome, await world.open()]).toEqual(['created', [incidentId]]);
    expect(await world.alarm()).toMatchObject({ outcome: 'merged', incidentId });
    const { incidentId: other } = await world.alarm({ dedupKey: 'other' });
    expect(await world.act(other, 'resolve', { by: 'user:ben' })).toMatchObject({ http: 200, state: 'resolved' });
    down = false;
    await world.pass('1m');
    expect(world.messages.map((message) => [message.to, message.incidentId])).toEqual([[address.phone, incidentId]]);
  });
});
