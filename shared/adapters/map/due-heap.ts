import type { Instant } from '../../domain/time.ts';

/** One instant at which a key is to be looked at; it holds until the key's head names another. */
export interface DueEntry {
  readonly at: Instant;
  readonly key: string;
}

/**
 * The earliest instant first. An entry that no longer holds stays until it comes to the top or stale entries outnumber the others:
 * taking it out of the middle would cost a search with every write.
 */
interface DueHeap {
  push(entry: DueEntry): void;
  /** The earliest entry that holds and is later than the instant, or null. */
  first(laterThan: Instant): DueEntry | null;
  /** Up to `limit` entries at or before the instant and behind `after`, earliest first; they stay in the heap. */
  until(at: Instant, limit: number, after: DueEntry | null): readonly DueEntry[];
}

/** A binary heap; `holds` tells whether an entry is still its key's current one. */
export function makeDueHeap(holds: (entry: DueEntry) => boolean, liveCount: () => number): DueHeap {
  let heap: DueEntry[] = [];

  const pop = (): void => {
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    siftDown(heap, 0);
  };

  const peek = (): DueEntry | null => {
    for (let top = heap[0]; top !== undefined; top = heap[0]) {
      if (holds(top)) return top;
      pop();
    }
    return null;
  };

  const putBack = (entries: readonly DueEntry[]): void => {
    for (const entry of entries) {
      heap.push(entry);
      siftUp(heap, heap.length - 1);
    }
  };

  const compact = (): void => {
    heap = heap.filter(holds).sort((a, b) => (isBefore(a, b) ? -1 : 1));
  };

  return {
    push(entry): void {
      if (heap.length > 1024 && heap.length > 4 * liveCount()) compact();
      putBack([entry]);
    },
    first(laterThan): DueEntry | null {
      const passed: DueEntry[] = [];
      let top = peek();
      for (; top !== null && top.at <= laterThan; top = peek()) {
        passed.push(top);
        pop();
      }
      putBack(passed);
      return top;
    },
    until(at, limit, after): readonly DueEntry[] {
      const found: DueEntry[] = [];
      const passed: DueEntry[] = [];
      for (let top = peek(); top !== null && top.at <= at && found.length < limit; top = peek()) {
        (after !== null && !isBefore(after, top) ? passed : found).push(top);
        pop();
      }
      putBack([...passed, ...found]);
      return found;
    },
  };
}

/** The earlier one, and of two at one instant the one with the lesser key. */
const isBefore = (a: DueEntry, b: DueEntry): boolean => a.at < b.at || (a.at === b.at && a.key < b.key);

function siftUp(heap: DueEntry[], start: number): void {
  let index = start;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if (!swapIfLater(heap, parent, index)) return;
    index = parent;
  }
}

function siftDown(heap: DueEntry[], start: number): void {
  let index = start;
  for (;;) {
    const left = 2 * index + 1;
    const child = isLater(heap, left, left + 1) ? left + 1 : left;
    if (!swapIfLater(heap, index, child)) return;
    index = child;
  }
}

function isLater(heap: readonly DueEntry[], one: number, other: number): boolean {
  const a = heap[one];
  const b = heap[other];
  return a !== undefined && b !== undefined && isBefore(b, a);
}

function swapIfLater(heap: DueEntry[], upper: number, lower: number): boolean {
  const a = heap[upper];
  const b = heap[lower];
  if (a === undefined || b === undefined || !isBefore(b, a)) return false;
  heap[upper] = b;
  heap[lower] = a;
  return true;
}
