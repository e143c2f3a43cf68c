import { parseIncidentId } from '../../shared/domain/incident-id.ts';
import type { Severity } from '../../shared/domain/severity.ts';
import { signal } from '../fixtures.ts';
import { withPolicy, World, type Message } from '../world.ts';

const services = [
  { id: 'checkout', name: 'checkout', policy: 'default' },
  { id: 'search', name: 'search', policy: 'default' },
];

/** A world where alarms come in floods, of two services. `rest` replaces whole parts of the document. */
export function floodWorld(policy: object = { levels: [{ targets: ['user:ana'] }] }, rest: object = {}): Promise<World> {
  return World.withConfig(withPolicy(policy, { services, ...rest }));
}

/** So many different alarms at one instant, the first `checkout` of them of checkout and the others of search; the incidents. */
export async function flood(
  world: World,
  count: number,
  checkout = count,
  offset = 0,
  severity: Severity = 'critical',
): Promise<readonly string[]> {
  const answers = await Promise.all(
    Array.from({ length: count }, (_, index) => {
      const number = offset + index;
      const about = {
        service: index < checkout ? 'checkout' : 'search',
        dedupKey: `alarm-${number}`,
        title: `problem ${number}`,
        severity,
      };
      return world.app.signals.trigger(signal(about), { id: `flood-${number}`, body: null });
    }),
  );
  const ids = answers.map(({ incidentId }) => String(incidentId));
  // Workers side by side, as in life.
  await Promise.all(ids.map(async (id) => world.app.work(parseIncidentId(id) ?? { key: '', generation: 0 })));
  await world.settled();
  return ids;
}

/** Messages to an address, each as when it came, in seconds after the first one, and its text. */
export function arrivals(world: World, to: string): readonly (readonly [number, string])[] {
  const messages = world.messages.filter((message) => message.to === to);
  return messages.map(({ at, text }) => [(at - (messages[0]?.at ?? 0)) / 1000, text]);
}

/** The messages that stand for several pages. */
export const bundles = (world: World): readonly Message[] =>
  world.messages.filter(({ kind, incidentId }) => kind === 'page' && incidentId === null);
