import { expect, it } from 'vitest';
import { World } from '../world.ts';

it('an incident with hundreds of notes stays small enough to be written, and its timeline keeps every one of them', async () => {
  const world = await World.withConfig();
  const { incidentId } = await world.alarm();
  const written: number[] = [];
  const { write } = world.stores.incidents;
  Object.assign(world.stores.incidents, {
    write: (...[item, expected]: Parameters<typeof write>) => {
      written.push(JSON.stringify(item).length);
      return write(item, expected);
    },
  });
  // The worker cannot look meanwhile.
  const { nudge } = world.ports.queue;
  Object.assign(world.ports.queue, { nudge: () => Promise.reject(new Error('the queue is down')) });
  for (let note = 0; note < 200; note += 1) await world.act(incidentId, 'notes', { note: 'x'.repeat(4000) });
  Object.assign(world.ports.queue, { nudge });
  expect(Math.max(...written)).toBeLessThan(400_000);
  expect((await world.timeline(incidentId)).filter((type) => type === 'noteAdded')).toHaveLength(200);
});

it('an incident knows its last sixteen commands: none of them acts twice', async () => {
  const world = await World.withConfig();
  const { incidentId } = await world.alarm();
  const { key, generation } = await world.incident(incidentId);
  const note = (id: string) => world.app.acts({ key, generation }, { type: 'note', by: 'api', note: id }, { id, body: null });
  const notes = async (): Promise<number> => (await world.timeline(incidentId)).filter((type) => type === 'noteAdded').length;
  const sixteen = Array.from({ length: 16 }, (_, number) => `command-${String(number)}`);
  for (const id of [...sixteen, ...sixteen]) expect(await note(id)).toMatchObject({ kind: 'done' });
  expect(await notes()).toBe(16);
});
