import type { IncidentId } from '../../domain/incident-id.ts';
import type { ContactTestRequest, Log, Queue } from '../../ports.ts';

/** Everything waiting for one key, by a name under which the same work waits once. */
interface Lane {
  readonly waiting: Map<string, () => Promise<void>>;
  running: boolean;
}

/** No incident has this key. */
const handoffsLane = 'handoffs';

interface Options {
  /** The worker; one that throws has left its incident to `lookAt`. */
  readonly work: (id: IncidentId) => Promise<void>;
  readonly testContacts: (test: ContactTestRequest) => Promise<void>;
  /** The worker's look at handoffs; one that throws is asked for again. */
  readonly handoffs: () => Promise<void>;
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
    return this.#add(key, String(generation), () => this.#look({ key, generation }));
  }

  handoffs(): Promise<void> {
    return this.#add(handoffsLane, '', () => this.#lookAtHandoffs());
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

  #add(key: string, name: string, work: () => Promise<void>): Promise<void> {
    const lane: Lane = this.#lanes.get(key) ?? { waiting: new Map(), running: false };
    this.#lanes.set(key, lane);
    lane.waiting.set(name, work);
    if (!lane.running) this.#ready.add(key);
    this.#schedule();
    return Promise.resolve();
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
    const waiting = [...lane.waiting.values()];
    lane.waiting.clear();
    for (const work of waiting) await work();
    lane.running = false;
    this.#running -= 1;
    if (lane.waiting.size > 0) this.#ready.add(key);
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

  async #lookAtHandoffs(): Promise<void> {
    try {
      await this.#options.handoffs();
    } catch (cause) {
      this.#options.log.error('handoffs-failed', {}, cause);
    }
  }
}
