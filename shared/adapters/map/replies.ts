import type { Instant } from '../../domain/time.ts';
import type { ReplyCode, ReplyGuard, ReplyStore } from '../../ports.ts';

const noGuard: ReplyGuard = { version: 0, wrong: [], ignoredUntil: null };

/** Reply codes where nothing goes by itself. */
export interface KeptReplies extends ReplyStore {
  /** Forgets numbers whose last wrong code and whose time of being ignored lie before the instant; returns how many. */
  removeGuardsBefore(at: Instant): Promise<number>;
}

interface MapReplies {
  readonly replies: KeptReplies;
  readonly prune: (at: Instant) => void;
}

/** Reply codes in memory; `prune` forgets what expired before the instant. */
export function makeMapReplies(): MapReplies {
  const numbers = new Map<string, Map<string, ReplyCode>>();
  /** For each incident and code the numbers that were given it. */
  const holders = new Map<string, Set<string>>();
  const guards = new Map<string, ReplyGuard>();

  const holderName = ({ incident, code }: ReplyCode): string => `${incident.key}-${incident.generation}-${code}`;

  const live = (number: string, code: string, now: Instant): ReplyCode | null => {
    const row = numbers.get(number)?.get(code);
    return row !== undefined && row.expiresAt > now ? row : null;
  };
  const isOfIncident = (row: ReplyCode | null, code: ReplyCode): boolean =>
    row?.incident.key === code.incident.key && row.incident.generation === code.incident.generation;

  const remove = (row: ReplyCode): void => {
    numbers.get(row.number)?.delete(row.code);
    const others = holders.get(holderName(row));
    others?.delete(row.number);
    if (others?.size === 0) holders.delete(holderName(row));
  };

  const isTaken = (code: ReplyCode, now: Instant): boolean => {
    const own = live(code.number, code.code, now);
    if (own !== null && !isOfIncident(own, code)) return true;
    return [...(holders.get(holderName(code)) ?? [])].some(
      (number) => number !== code.number && isOfIncident(live(number, code.code, now), code),
    );
  };

  const replies: KeptReplies = {
    claimCode(code, now): Promise<'ours' | 'taken'> {
      if (isTaken(code, now)) return Promise.resolve('taken');
      const codes = numbers.get(code.number) ?? new Map<string, ReplyCode>();
      const former = codes.get(code.code);
      if (former !== undefined) remove(former);
      numbers.set(code.number, codes.set(code.code, code));
      holders.set(holderName(code), (holders.get(holderName(code)) ?? new Set()).add(code.number));
      return Promise.resolve('ours');
    },
    findCode: (number, code, now) => Promise.resolve(live(number, code, now)),
    codes(number, now): Promise<readonly ReplyCode[]> {
      const rows = [...(numbers.get(number)?.values() ?? [])].filter((row) => row.expiresAt > now);
      return Promise.resolve(rows.sort((a, b) => b.expiresAt - a.expiresAt));
    },
    guard: (number) => Promise.resolve(guards.get(number) ?? noGuard),
    saveGuard(number, guard, version): Promise<boolean> {
      if ((guards.get(number)?.version ?? 0) !== version) return Promise.resolve(false);
      guards.set(number, { ...guard, version: version + 1 });
      return Promise.resolve(true);
    },
    removeGuardsBefore(at): Promise<number> {
      const old = [...guards].filter(([, { wrong, ignoredUntil }]) => Math.max(ignoredUntil ?? 0, ...wrong) < at);
      for (const [number] of old) guards.delete(number);
      return Promise.resolve(old.length);
    },
  };

  const prune = (at: Instant): void => {
    for (const rows of numbers.values()) for (const row of rows.values()) if (row.expiresAt < at) remove(row);
  };
  return { replies, prune };
}
