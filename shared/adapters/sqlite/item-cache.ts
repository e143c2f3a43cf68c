import type { Incident } from '../../domain/incident.ts';

/** Heads lately read or written, the least lately used given up first. Right only while this process alone writes the file. */
export class ItemCache {
  readonly #items = new Map<string, Incident>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(key: string): Incident | null {
    const item = this.#items.get(key);
    if (item === undefined) return null;
    this.#items.delete(key);
    this.#items.set(key, item);
    return item;
  }

  set(item: Incident): void {
    this.#items.delete(item.key);
    this.#items.set(item.key, item);
    if (this.#items.size <= this.#capacity) return;
    for (const oldest of this.#items.keys()) {
      this.#items.delete(oldest);
      return;
    }
  }

  delete(key: string): void {
    this.#items.delete(key);
  }
}
