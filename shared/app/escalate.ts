import type { IncidentId } from '../domain/incident-id.ts';
import type { Instant } from '../domain/time.ts';
import type { ContactTestRequest, Ports } from '../ports.ts';
import { makeHandoffLook } from './handoffs.ts';
import { makeOnCallReading } from './on-call-reading.ts';
import { makeConfiguration } from './configuration.ts';
import { SignalIntake } from './signals.ts';
import { makeTestPages } from './test-pages.ts';
import { makeWorker } from './worker.ts';

interface EscalateOptions {
  readonly configurationMaxAgeMs: number;
  /** Where links point when the settings name no address; without a slash at the end. */
  readonly baseUrl: string;
  /** Has this be called again when something of the incident is due; safe to repeat. */
  readonly arm: (id: IncidentId, due: Instant) => Promise<void>;
}

interface Escalate {
  /** Looks at an incident and has it looked at again when the next thing is due. Throws when it could not be worked: it is to be tried again. */
  readonly look: (id: IncidentId, until?: Instant) => Promise<void>;
  /** What was armed is near: nothing is done yet, it is armed anew to the second. */
  readonly wake: (id: IncidentId) => Promise<void>;
  /**
   * Does what a message of the queue asks for. From `until` on (real time) a look begins nothing more, and asks for another; one at handoffs that
   * fails, or does not come to its end, is left to the sweeper, which asks again.
   */
  readonly work: (asked: Asked, until?: Instant) => Promise<void>;
}

type Asked =
  | { readonly kind: 'look'; readonly id: IncidentId }
  | { readonly kind: 'test'; readonly test: ContactTestRequest }
  | { readonly kind: 'handoffs' };

/** The worker where no process lives on to wait for what is due. */
export function makeEscalate(ports: Ports, { configurationMaxAgeMs, baseUrl, arm }: EscalateOptions): Escalate {
  const configuration = makeConfiguration(ports, { maxAgeMs: configurationMaxAgeMs, onCall: makeOnCallReading(ports) });
  const signals = new SignalIntake(ports, configuration);
  const testContacts = makeTestPages(ports, configuration);
  const handoffs = makeHandoffLook(ports, configuration);
  const workOn = makeWorker(ports, {
    configuration,
    baseUrl: async () => (await configuration.directory()).settings.baseUrl ?? baseUrl,
    resumeHeld: (head) => signals.resumeHeld(head),
  });

  /**
   * Arms what is due after `from`. A timer that cannot be set makes the next step late by as much as the sweeper takes, and loses nothing.
   */
  async function armNext({ key }: IncidentId, from: Instant): Promise<void> {
    try {
      const head = await ports.incidents.head(key);
      if (head === null || 'unreadable' in head || head.lookAt === null || head.lookAt <= from) return;
      await arm({ key, generation: head.generation }, head.lookAt);
    } catch (cause) {
      ports.log.error('not-armed', { incident: key }, cause);
      ports.log.alarm('worker-not-woken', { incident: key });
    }
  }

  // A look that fails is brought back by the queue. To ask for another besides would double it every time, and what a look leaves overdue would be
  // looked at round and round: the sweeper sees to it.
  async function look(id: IncidentId, until = Infinity): Promise<void> {
    await workOn(id, until);
    await armNext(id, ports.clock.now());
  }

  async function lookAtHandoffs(until = Infinity): Promise<void> {
    try {
      await handoffs(until);
    } catch (cause) {
      ports.log.error('handoffs-failed', {}, cause);
    }
  }

  return {
    look,
    wake: (id) => armNext(id, -Infinity),
    async work(asked, until) {
      switch (asked.kind) {
        case 'look':
          return look(asked.id, until);
        case 'test':
          return testContacts(asked.test);
        case 'handoffs':
          return lookAtHandoffs(until);
        default:
          return asked satisfies never;
      }
    },
  };
}
