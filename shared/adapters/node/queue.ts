import type { IncidentId } from '../../domain/incident-id.ts';
import type { ContactTestRequest, Log, Queue } from '../../ports.ts';

/** Everything waiting for one key. */
interface Lane {
  readonly generations: Set<number>;
  running: boolean;
}

interface Options {
  /** The worker; one that throws has left its incident to `lookAt`. */
  readonly work: (id: IncidentId) => Promise<void>;
  readonly testContacts: (test: ContactTestRequest) => Promise<void>;
  readonly log: Pick<Log, 'error'>;
  /** How many keys are worked at the same time. */
  readonly concurrency: number;
}

/**
 * A queue within the process. Nudges for the same incident that wait together are one; two looks at one key never overlap; a nudge during a look is
 * followed by another look.
 */
export class LocalQueue implements Queue {
  readonly #options: Options;
  readonly #lanes = new Map<string, Lane>();
  readonly #ready = new Set<string>();
  #running = 0;
  #stopped = false;
  #scheduled = false;
  #idlers: (() => void)[] = [];

  constructor(options: Options) {
    this.#options = options;
  }

  /** How many keys wait or are being worked. */
  get size(): number {
    return this.#lanes.size;
  }

  nudge({ key, generation }: IncidentId): Promise<void> {
    const lane = this.#lanes.get(key) ?? { generations: new Set<number>(), running: false };
    this.#lanes.set(key, lane);
    lane.generations.add(generation);
    if (!lane.running) this.#ready.add(key);
    this.#schedule();
    return Promise.resolve();
  }

  /** Not in a lane: a test waits for nobody and nobody waits for it. */
  testContacts(test: ContactTestRequest): Promise<void> {
    this.#options.testContacts(test).catch((cause: unknown) => {
      this.#options.log.error('contact-test-failed', {}, cause);
    });
    return Promise.resolve();
  }

  /** Settles when nothing waits and nothing runs. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#idlers.push(resolve);
      this.#schedule();
    });
  }

  /** Starts nothing more; settles when what runs has ended. What still waits is found again by its `lookAt`. */
  stop(): Promise<void> {
    this.#stopped = true;
    return this.idle();
  }

  // The end of this turn: the caller's answer leaves first, and nudges that come together start together.
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#start();
    });
  }

  #start(): void {
    this.#scheduled = false;
    for (const key of this.#ready) {
      if (this.#stopped || this.#running >= this.#options.concurrency) break;
      this.#ready.delete(key);
      const lane = this.#lanes.get(key);
      if (lane === undefined) continue;
      lane.running = true;
      this.#running += 1;
      void this.#runLane(key, lane);
    }
    if (this.#running > 0 || (this.#ready.size > 0 && !this.#stopped)) return;
    for (const tell of this.#idlers.splice(0)) tell();
  }

  async #runLane(key: string, lane: Lane): Promise<void> {
    const generations = [...lane.generations];
    lane.generations.clear();
    for (const generation of generations) await this.#look({ key, generation });
    lane.running = false;
    this.#running -= 1;
    if (lane.generations.size > 0) this.#ready.add(key);
    else this.#lanes.delete(key);
    this.#schedule();
  }

  async #look(id: IncidentId): Promise<void> {
    try {
      await this.#options.work(id);
    } catch (cause) {
      this.#options.log.error('worker-failed', { incident: id.key, generation: id.generation }, cause);
    }
  }
}
