import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** Applies one operation inside the open transaction and returns what is to be done once it has committed. */
export type Operation<T> = () => () => T;

interface Waiting {
  /** Applies the operation; what it returns settles the promise. */
  readonly apply: () => () => void;
  readonly reject: (error: Error) => void;
}

/** So many operations at most share a commit: the turn of the event loop stays short. */
const largestBatch = 2000;

// The end of this turn of the event loop, not an instant: whatever arrived in the turn shares the commit.
// eslint-disable-next-line no-restricted-globals
const endOfTurn = (run: () => void): unknown => setImmediate(run);

/** Writes that arrive together are committed together, with one sync. `idle` runs a turn after a commit when nothing came since. */
export class CommitQueue {
  readonly #database: DatabaseSync;
  readonly #onError: (error: Error) => void;
  readonly #idle: (commits: number) => void;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #waiting: Waiting[] = [];
  #commits = 0;
  #closed = false;

  constructor(database: DatabaseSync, onError: (error: Error) => void, idle: (commits: number) => void) {
    this.#database = database;
    this.#onError = onError;
    this.#idle = idle;
    this.#begin = database.prepare('BEGIN IMMEDIATE');
    this.#commit = database.prepare('COMMIT');
  }

  /** How many transactions have been committed. */
  get commits(): number {
    return this.#commits;
  }

  /** Runs the operation with all others of this turn in one transaction; settles when that has committed, or rejects with a cause. */
  write<T>(operation: Operation<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#closed) throw new Error('the store is closed');
      const apply = (): (() => void) => {
        const finish = operation();
        return () => {
          settle(finish, resolve, reject);
        };
      };
      if (this.#waiting.push({ apply, reject }) === 1) endOfTurn(this.#turn);
    });
  }

  /** Runs a read on what is committed. */
  read<T>(query: () => T): Promise<T> {
    return new Promise((resolve) => {
      if (this.#closed) throw new Error('the store is closed');
      resolve(query());
    });
  }

  /** Makes an operation of several statements one that leaves nothing when it throws. */
  atomic<T>(operation: Operation<T>): Operation<T> {
    return () => {
      this.#database.exec('SAVEPOINT operation');
      try {
        const finish = operation();
        this.#database.exec('RELEASE operation');
        return finish;
      } catch (cause) {
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK TO operation; RELEASE operation');
        throw cause;
      }
    };
  }

  /** Commits what waits; afterwards everything rejects. */
  close(): void {
    this.#closed = true;
    while (this.#waiting.length > 0) this.#flush();
  }

  readonly #turn = (): void => {
    this.#flush();
    endOfTurn(this.#waiting.length > 0 ? this.#turn : this.#rest);
  };

  readonly #rest = (): void => {
    if (this.#waiting.length === 0 && !this.#closed) this.#idle(this.#commits);
  };

  #flush(): void {
    const batch = this.#waiting.splice(0, largestBatch);
    if (batch.length === 0) return;
    let settlements: readonly (() => void)[];
    try {
      this.#begin.run();
      settlements = this.#apply(batch);
      this.#commit.run();
      this.#commits += 1;
    } catch (cause) {
      this.#fail(batch, cause);
      return;
    }
    for (const settlement of settlements) settlement();
  }

  #apply(batch: readonly Waiting[]): readonly (() => void)[] {
    const settlements: (() => void)[] = [];
    for (const { apply, reject } of batch) {
      try {
        settlements.push(apply());
      } catch (cause) {
        // A full or failing disk ends the whole transaction by itself.
        if (!this.#database.isTransaction) throw cause;
        reject(new Error('the operation failed and stored nothing', { cause }));
      }
    }
    return settlements;
  }

  #fail(batch: readonly Waiting[], cause: unknown): void {
    const error = new Error('the transaction failed and stored nothing', { cause });
    try {
      // First of all: a transaction left open would take every later write with it.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
    } finally {
      for (const { reject } of batch) reject(error);
      this.#report(error);
    }
  }

  #report(error: Error): void {
    try {
      this.#onError(error);
    } catch {
      // Whoever waits has been told; a fault in telling others must not end the queue.
    }
  }
}

function settle<T>(finish: () => T, resolve: (value: T) => void, reject: (cause: unknown) => void): void {
  try {
    resolve(finish());
  } catch (cause) {
    reject(cause);
  }
}

/** Removes rows by transactions of at most `atOnce` until one finds fewer; how many there were. */
export async function removeAll(queue: CommitQueue, removeSome: () => number | bigint, atOnce: number): Promise<number> {
  let all = 0;
  for (;;) {
    const removed = await queue.write(() => {
      const count = Number(removeSome());
      return () => count;
    });
    all += removed;
    if (removed < atOnce) return all;
  }
}
