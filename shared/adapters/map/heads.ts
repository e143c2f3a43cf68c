import type { IncidentId } from '../../domain/incident-id.ts';
import type { Incident } from '../../domain/incident.ts';
import { needsSomebody } from '../../domain/shown-state.ts';
import { isUnfinished } from '../../domain/states.ts';
import type { Instant } from '../../domain/time.ts';
import type { Due, Expected } from '../../ports.ts';
import { makeDueHeap } from './due-heap.ts';
import type { DueEntry } from './due-heap.ts';

/** The newest generation under a key, and what is known of it outside its body. */
interface Head {
  readonly incident: Incident;
  readonly failures: number;
  readonly failed: boolean;
  readonly open: boolean;
  /** The entry of the due heap that holds. */
  readonly due: DueEntry | null;
}

const noHead = { failures: 0, failed: false, open: false, due: null } as const;

/** 1 for an unfinished incident, else 0. */
const unfinishedIn = (head: Head | undefined): number =>
  head !== undefined && head.incident.generation > 0 && !head.failed && isUnfinished(head.incident.state) ? 1 : 0;

/** All heads, with what is due, held and unfinished among them kept up with every write. */
export class Heads {
  readonly #heads = new Map<string, Head>();
  readonly #heldKeys = new Set<string>();
  readonly #heap = makeDueHeap(
    (entry) => this.#heads.get(entry.key)?.due === entry,
    () => this.#heads.size,
  );
  #unfinished = 0;

  get unfinished(): number {
    return this.#unfinished;
  }

  get(key: string): Head | null {
    return this.#heads.get(key) ?? null;
  }

  find(id: IncidentId): Head | null {
    const head = this.#heads.get(id.key);
    return head?.incident.generation === id.generation ? head : null;
  }

  all(): IterableIterator<Head> {
    return this.#heads.values();
  }

  isExpected(key: string, expected: Expected): boolean {
    const head = this.#heads.get(key);
    if (head === undefined || expected === null) return head === undefined && expected === null;
    return head.incident.generation === expected.generation && head.incident.version === expected.version;
  }

  put(incident: Incident): void {
    const { key, generation, lookAt } = incident;
    const open = generation > 0 && needsSomebody(incident);
    this.#set({ ...noHead, incident, open, due: this.#dueEntry(key, lookAt) });
    if (incident.held === null) this.#heldKeys.delete(key);
    else this.#heldKeys.add(key);
  }

  backOff(head: Head, failures: number, lookAt: Instant, failed: boolean): void {
    const { key, generation } = head.incident;
    this.#heldKeys.delete(key);
    this.#set({ ...head, failures, failed, open: head.open || (failed && generation > 0), due: this.#dueEntry(key, lookAt) });
  }

  delete(key: string): void {
    this.#unfinished -= unfinishedIn(this.#heads.get(key));
    this.#heads.delete(key);
    this.#heldKeys.delete(key);
  }

  due(at: Instant, limit: number, after: Pick<Due, 'lookAt' | 'key'> | null): readonly Due[] {
    return this.#heap.until(at, limit, after === null ? null : { at: after.lookAt, key: after.key }).flatMap((entry) => {
      const head = this.#heads.get(entry.key);
      return head === undefined ? [] : [{ key: entry.key, generation: head.incident.generation, lookAt: entry.at }];
    });
  }

  nextLookAt(laterThan: Instant | null): Instant | null {
    return this.#heap.first(laterThan ?? -Infinity)?.at ?? null;
  }

  /** Heads with a held trigger that matches, held longest first; not those that back off. */
  held(matches: (incident: Incident) => boolean, limit: number): readonly IncidentId[] {
    return [...this.#heldKeys]
      .flatMap((key) => this.#heads.get(key)?.incident ?? [])
      .filter(matches)
      .sort((a, b) => (a.held?.since ?? 0) - (b.held?.since ?? 0))
      .slice(0, limit)
      .map(({ key, generation }) => ({ key, generation }));
  }

  #set(head: Head): void {
    const { key } = head.incident;
    const before = this.#heads.get(key);
    this.#unfinished += unfinishedIn(head) - unfinishedIn(before);
    this.#heads.set(key, head);
    if (head.due !== null && head.due !== before?.due) this.#heap.push(head.due);
  }

  #dueEntry(key: string, at: Instant | null): DueEntry | null {
    const known = this.#heads.get(key)?.due ?? null;
    if (known?.at === at) return known;
    return at === null ? null : { at, key };
  }
}
