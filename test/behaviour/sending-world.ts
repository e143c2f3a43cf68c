import type { Ports, SendResult } from '../../shared/ports.ts';
import { night } from '../fixtures.ts';
import { World } from '../world.ts';

/** A number or mailbox, and what it stands for in a policy test. */
export const address = {
  phone: '+15555550100',
  mail: 'ana@example.com',
  spare: '+15555550190',
  ben: '+15555550101',
  lee: '+15555550102',
} as const;

const contacts = [
  { id: 'phone', channel: 'sms', address: address.phone },
  { id: 'mail', channel: 'email', address: address.mail },
  { id: 'spare', channel: 'sms', address: address.spare },
];

/** Ana has a phone, a mailbox and a spare phone; after five minutes Ben is next, then Lee as the catch-all. `ana` changes her entry. */
export function documentWith(ana: object = {}, level: object = {}, rest: object = {}): string {
  const person = (id: string, name: string, to: string): object => ({
    id,
    name,
    contacts: [
      { id: 'phone', channel: 'sms', address: to },
      { id: 'mail', channel: 'email', address: `${id}@example.com` },
    ],
    rules: [{ notify: ['phone'] }],
  });
  return JSON.stringify({
    settings: { catchAll: ['user:lead'] },
    services: [{ id: 'checkout', policy: 'default' }],
    policies: [
      {
        id: 'default',
        levels: [
          { targets: ['user:ana'], ...level },
          { delay: '5m', targets: ['user:ben'] },
        ],
      },
    ],
    people: [
      { id: 'ana', name: 'Ana', contacts, rules: [{ notify: ['phone'] }], ...ana },
      person('ben', 'Ben', address.ben),
      person('lead', 'Lee', address.lee),
    ],
    ...rest,
  });
}

/** A world whose providers can be watched. */
export class SendingWorld extends World {
  /** Every attempt at a provider in seconds since the start of the night: `62 ana@example.com`. */
  readonly attempts: string[] = [];

  static async with(document: string = documentWith(), change?: (ports: Ports) => Ports): Promise<SendingWorld> {
    const world = new SendingWorld(change);
    await world.configure(document);
    return world;
  }

  /** What the provider says of a message to each of these addresses; every other message is taken. */
  answers(verdicts: Readonly<Record<string, SendResult | 'throw'>>): void {
    this.provider = ({ to }) => {
      this.attempts.push(`${String((this.now - night) / 1000)} ${to}`);
      return verdicts[to] ?? null;
    };
  }
}

/** Where a worker dies: before the provider is asked, or after it took the message and before anybody knows. */
type Death = 'before' | 'after';

/** A world whose worker can be killed in the middle of a send. */
export class MortalWorld {
  readonly world: SendingWorld;
  #death: Death | null = null;
  #died: () => void = () => undefined;

  constructor() {
    this.world = new SendingWorld((ports) => ({
      ...ports,
      transports: {
        ...ports.transports,
        sms: async (message) => {
          const death = this.#death;
          this.#death = null;
          if (death === null) return ports.transports.sms(message);
          if (death === 'after') await ports.transports.sms(message);
          this.#died();
          return new Promise<SendResult>(() => undefined);
        },
      },
    }));
  }

  static async with(document: string): Promise<MortalWorld> {
    const mortal = new MortalWorld();
    await mortal.world.configure(document);
    return mortal;
  }

  /** Kills the worker at the next text message, which `work` leads to. */
  async dying(death: Death, work: () => Promise<unknown>): Promise<void> {
    this.#death = death;
    const died = new Promise<void>((resolve) => {
      this.#died = resolve;
    });
    await Promise.race([died, work()]);
  }
}
