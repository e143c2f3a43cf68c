import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Ports } from '../../shared/ports.ts';

/**
 * What one call to the world outside can suffer. The process dies in two of them: then nothing that it began goes on. Repeated: a client asks again by itself
 * because the answer was lost, and its second try finds what the first has done.
 */
export const faults = ['refused', 'dies before', 'answer lost', 'repeated', 'dies after'] as const;
export type Fault = (typeof faults)[number];

/** How a handler ended: with a value, with an error, or with the death of its process. */
type Ended<T> = { readonly how: 'done'; readonly value: T } | { readonly how: 'failed' | 'died' };

const never = (): Promise<never> => new Promise(() => undefined);

/** Counts every call that handlers make to the world, and lets one of them go wrong. */
export class Faults {
  /** The calls in order: `incidents.write`. */
  readonly calls: string[] = [];
  /** Call number and fault; null: nothing goes wrong. */
  readonly planned: { readonly call: number; readonly fault: Fault } | null;
  #counting = false;
  #dead = false;
  #die: () => void = () => undefined;

  constructor(planned: Faults['planned']) {
    this.planned = planned;
  }

  /** Ports whose calls are numbered; clock, random numbers and logs cannot fail. */
  wrap(ports: Ports): Ports {
    return {
      ...ports,
      incidents: this.#wrapped('incidents', ports.incidents),
      config: this.#wrapped('config', ports.config),
      keys: this.#wrapped('keys', ports.keys),
      replies: this.#wrapped('replies', ports.replies),
      bundles: this.#wrapped('bundles', ports.bundles),
      handoffs: this.#wrapped('handoffs', ports.handoffs),
      declined: this.#wrapped('declined', ports.declined),
      state: this.#wrapped('state', ports.state),
      transports: this.#wrapped('transports', ports.transports),
      bus: ports.bus === null ? null : this.#wrapped('bus', ports.bus),
      queue: this.#wrapped('queue', ports.queue),
      secrets: this.#wrapped('secrets', ports.secrets),
      sns: this.#wrapped('sns', ports.sns),
    };
  }

  /** Runs a handler in a process of its own. */
  async run<T>(handler: () => Promise<T>): Promise<Ended<T>> {
    this.#counting = true;
    const death = new Promise<Ended<T>>((resolve) => {
      this.#die = () => {
        this.#dead = true;
        resolve({ how: 'died' });
      };
    });
    const work = handler().then(
      (value): Ended<T> => ({ how: 'done', value }),
      (): Ended<T> => ({ how: 'failed' }),
    );
    const ended = await Promise.race([work, death]);
    // Whatever else the dead process was about to do comes to its next call, and no further.
    if (this.#dead) await nextTurn();
    this.#dead = false;
    this.#counting = false;
    return ended;
  }

  #wrapped<T extends object>(name: string, port: T): T {
    return new Proxy(port, {
      get: (target, property) => {
        const value: unknown = Reflect.get(target, property);
        if (typeof value !== 'function') return value;
        return (...args: readonly unknown[]) => {
          const effect = (): unknown => Reflect.apply(value, target, args);
          return this.#counting ? this.#called(`${name}.${String(property)}`, effect) : effect();
        };
      },
    });
  }

  async #called(name: string, effect: () => unknown): Promise<unknown> {
    if (this.#dead) return never();
    const call = this.calls.push(name) - 1;
    if (this.planned?.call !== call) return effect();
    switch (this.planned.fault) {
      case 'refused':
        throw new Error(`${name} was refused`);
      case 'dies before':
        this.#die();
        return never();
      case 'answer lost':
        await effect();
        throw new Error(`the answer of ${name} was lost`);
      case 'repeated':
        await effect();
        return effect();
      case 'dies after':
        await effect();
        this.#die();
        return never();
      default:
        return this.planned.fault satisfies never;
    }
  }
}
