import type { Ports, ReplyGuard } from '../ports.ts';

/** So many wrong codes in so long a time, and the number is not listened to for as long again: codes cannot be guessed. */
const allowedWrong = 5;
const windowMs = 600_000;
const attempts = 4;

type Verdict = 'answer' | 'last' | 'ignored';

interface Guard {
  readonly ignored: (number: string) => Promise<boolean>;
  /** Counts a wrong code: it may be answered, it is the last one that is, or the number is not listened to. `people`: whose number it is, for the log. */
  readonly wrongCode: (number: string, people: readonly string[]) => Promise<Verdict>;
  /** Counts a text that is no code. After too many none is answered for a while; codes are listened to all the same. */
  readonly otherText: (number: string) => Promise<Verdict>;
}

/** Keeps a number from trying codes until one fits, and two machines from answering each other for ever. */
export function makeReplyGuard(ports: Pick<Ports, 'replies' | 'clock' | 'log'>): Guard {
  const isIgnored = (guard: ReplyGuard): boolean => guard.ignoredUntil !== null && guard.ignoredUntil > ports.clock.now();

  async function count(name: string): Promise<Verdict> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const before = await ports.replies.guard(name);
      if (isIgnored(before)) return 'ignored';
      const now = ports.clock.now();
      const wrong = [...before.wrong.filter((at) => at > now - windowMs), now];
      const tooMany = wrong.length >= allowedWrong;
      const next = tooMany ? { wrong: [], ignoredUntil: now + windowMs } : { wrong, ignoredUntil: null };
      if (await ports.replies.saveGuard(name, next, before.version)) return tooMany ? 'last' : 'answer';
    }
    return 'ignored';
  }

  return {
    ignored: async (number) => isIgnored(await ports.replies.guard(number)),
    async wrongCode(number, people) {
      const verdict = await count(number);
      if (verdict === 'last')
        ports.log.alarm('number-ignored-after-wrong-codes', { minutes: windowMs / 60_000, person: people.join(', ') || 'nobody' });
      return verdict;
    },
    otherText: (number) => count(`text ${number}`),
  };
}
