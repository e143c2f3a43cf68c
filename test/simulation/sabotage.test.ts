import { describe, expect, it } from 'vitest';
import type { Incident } from '../../shared/domain/incident.ts';
import { publishedThrough } from '../../shared/domain/publishing.ts';
import type { BundleStore, IncidentStore, Ports } from '../../shared/ports.ts';
import { runFaulty, runPlain, type Plain } from './check.ts';
import { faults, type Fault } from './faults.ts';
import { night } from '../fixtures.ts';
import { scenarios, scenariosWithBus } from './scenarios.ts';
import type { Sabotage, Scenario } from './simulation.ts';

/** Stores changed in one respect. */
const withIncidents = (change: (store: IncidentStore) => Partial<IncidentStore>): Sabotage => ({
  ports: (ports: Ports) => ({ ...ports, incidents: { ...ports.incidents, ...change(ports.incidents) } }),
});

const writing = (change: (incident: Incident) => Incident): Sabotage =>
  withIncidents((store) => ({ write: (incident, expected) => store.write(change(incident), expected) }));

const withBundles = (change: (store: BundleStore) => Partial<BundleStore>): Sabotage => ({
  ports: (ports: Ports) => ({ ...ports, bundles: { ...ports.bundles, ...change(ports.bundles) } }),
});

const find = (name: string): Scenario => {
  const found = [...scenarios, ...scenariosWithBus].find((scenario) => scenario.name.startsWith(name));
  if (found === undefined) throw new Error(name);
  return found;
};

/** The first thing that does not hold, in the run without a fault or in one with. */
async function firstBroken(scenario: Scenario, plain: Plain, sabotage: Sabotage, kinds: readonly Fault[]): Promise<string | null> {
  try {
    const outcome = (await runPlain(scenario, sabotage)).outcome;
    if (JSON.stringify([...outcome.messages.keys()]) !== JSON.stringify([...plain.outcome.messages.keys()]))
      return 'I3 other messages without any fault';
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
  for (let call = 0; call < plain.calls.length; call += 1) {
    for (const fault of kinds) {
      const broken = await runFaulty(scenario, plain, { call, fault }, sabotage);
      if (broken !== null) return broken;
    }
  }
  return null;
}

const unconditional = withIncidents((store) => ({
  write: async (incident) => {
    const head = await store.head(incident.key);
    return store.write(incident, head === null ? null : { generation: head.generation, version: head.version });
  },
}));

const table: readonly (readonly [string, string, Sabotage, RegExp])[] = [
  ['nobody sweeps', 'nobody answers', { sweeper: false }, /I3 lost/],
  ['the sweeper finds nothing', 'acknowledged by code', withIncidents(() => ({ due: () => Promise.resolve([]) })), /I3|I16/],
  ['what to look at is not stored', 'nobody answers', writing((incident) => ({ ...incident, lookAt: null })), /I14/],
  ['a write asks for no version', 'acknowledged while', unconditional, /I[2346] /],
  [
    'leases are forgotten',
    'acknowledged by code',
    writing((incident) => ({ ...incident, outbox: incident.outbox.map((one) => ({ ...one, lease: null })) })),
    /I\d/,
  ],
  ['answered commands are forgotten', 'acknowledged by code', writing((incident) => ({ ...incident, commands: [] })), /I22 counted/],
  ['predecessors are not archived', 'a successor while', withIncidents(() => ({ archive: () => Promise.resolve() })), /I3|I22/],
  ['predecessors are not finished', 'a successor while', writing((incident) => ({ ...incident, finish: [] })), /I3|I14/],
  [
    'an event is left out',
    'nobody answers',
    writing((incident) => ({ ...incident, unfiled: incident.unfiled.filter((event) => event.seq !== 2) })),
    /I7/,
  ],
  [
    'what the bus is still to be told is forgotten',
    'where a bus is told: acknowledged by code',
    writing((incident) => ({ ...incident, publishing: incident.publishing && publishedThrough(incident.seq) })),
    /I27/,
  ],
  ['held triggers are dropped', 'a trigger held', writing((incident) => ({ ...incident, held: null })), /I3|I7/],
  [
    'codes are not found again',
    'acknowledged by code',
    {
      ports: (ports) => ({ ...ports, replies: { ...ports.replies, findCode: () => Promise.resolve(null) } }),
    },
    /nobody ever answered|I3|I16/,
  ],
  [
    'what came of a bundle is not looked at',
    'six alarms',
    withBundles((store) => ({
      find: async (id) => {
        const found = await store.find(id);
        return found === null ? null : { ...found, result: null };
      },
    })),
    /I8|I16/,
  ],
  [
    'a page says that it waits in a bundle and is not in it',
    'six alarms',
    withBundles((store) => ({
      putMember: (bundle, member) => (member.title === 'alarm-6' ? Promise.resolve() : store.putMember(bundle, member)),
    })),
    /I3/,
  ],
  [
    'nobody takes over from a carrier that died',
    'six alarms',
    withBundles((store) => ({
      find: async (id) => {
        const found = await store.find(id);
        const carrier = found?.carrier ?? null;
        return found === null || carrier === null ? found : { ...found, carrier: { ...carrier, until: night + 24 * 3600 * 1000 } };
      },
    })),
    /I3|I16/,
  ],
];

describe('a system with a part taken out is caught', () => {
  it.each(table)(
    '%s (%s)',
    async (_, name, sabotage, expected) => {
      const scenario = find(name);
      const broken = await firstBroken(scenario, await runPlain(scenario), sabotage, faults);
      expect(broken).toMatch(expected);
    },
    60_000,
  );

  it('and one that is whole is not', async () => {
    const scenario = find('acknowledged while');
    expect(await firstBroken(scenario, await runPlain(scenario), {}, faults)).toBeNull();
  }, 60_000);
});
