import * as z from 'zod/mini';
import { formatIncidentId } from '../../../domain/incident-id.ts';
import type { Instant } from '../../../domain/time.ts';
import type { ReplyCode, ReplyGuard, ReplyStore } from '../../../ports.ts';
import { replyCode } from '../../../schema/records-rows.ts';
import { toRecord } from '../../../schema/records.ts';
import { expiring, jsonIn, n, numberIn, numberOrNullIn, s, type Item } from './attributes.ts';
import type { Key, Table } from './table.ts';

const codeKey = (number: string, code: string): Key => ({ pk: `code#${number}`, sk: code });
/** Who was given a code within an incident: it differs from number to number. */
const holderKey = ({ incident, code }: ReplyCode): Key => ({ pk: `code-holder#${formatIncidentId(incident)}`, sk: code });
const guardKey = (number: string): Key => ({ pk: `reply-guard#${number}`, sk: 'guard' });

const guardDays = 30 * 24 * 3600 * 1000;
const instants = z.array(z.number());

function codeIn(row: Item, now: Instant): ReplyCode | null {
  const parsed = replyCode.safeParse(jsonIn(row, 'body'));
  return parsed.success && parsed.data.expiresAt > now ? parsed.data : null;
}

function guardIn(row: Item | null): ReplyGuard {
  if (row === null) return { version: 0, wrong: [], ignoredUntil: null };
  const wrong = instants.safeParse(jsonIn(row, 'wrong'));
  return { version: numberIn(row, 'version'), wrong: wrong.success ? wrong.data : [], ignoredUntil: numberOrNullIn(row, 'ignoredUntil') };
}

/** Reply codes in the table. */
export function makeDynamoReplies(table: Table): ReplyStore {
  async function claim(code: ReplyCode, now: Instant): Promise<boolean> {
    const { number, expiresAt } = code;
    const until = { expiresAt: n(expiresAt), ...expiring(expiresAt) };
    const owner = formatIncidentId(code.incident);
    const free = 'attribute_not_exists(pk) OR expiresAt <= :now';
    const held = await table.put(
      holderKey(code),
      { ...until, number: s(number) },
      { expression: `${free} OR #number = :number`, names: { '#number': 'number' }, values: { ':now': n(now), ':number': s(number) } },
    );
    if (!held.ok) return false;
    const taken = await table.put(
      codeKey(number, code.code),
      { ...until, incident: s(owner), body: s(JSON.stringify(toRecord('replyCode', code))) },
      { expression: `${free} OR incident = :incident`, values: { ':now': n(now), ':incident': s(owner) } },
    );
    return taken.ok;
  }

  return {
    claimCode: async (code, now) => ((await claim(code, now)) ? 'ours' : 'taken'),
    async findCode(number, code, now) {
      const row = await table.get(codeKey(number, code));
      return row === null ? null : codeIn(row, now);
    },
    async codes(number, now) {
      const rows = await table.all({ key: { expression: 'pk = :pk', values: { ':pk': s(`code#${number}`) } } });
      return rows.flatMap((row) => codeIn(row, now) ?? []).sort((a, b) => b.expiresAt - a.expiresAt);
    },
    guard: async (number) => guardIn(await table.get(guardKey(number))),
    async saveGuard(number, { wrong, ignoredUntil }, version) {
      const latest = Math.max(0, ignoredUntil ?? 0, ...wrong);
      const row = {
        version: n(version + 1),
        wrong: s(JSON.stringify(wrong)),
        ...(ignoredUntil === null ? {} : { ignoredUntil: n(ignoredUntil) }),
        ...expiring(latest + guardDays),
      };
      const condition =
        version === 0
          ? { expression: 'attribute_not_exists(pk)' }
          : { expression: '#version = :version', names: { '#version': 'version' }, values: { ':version': n(version) } };
      return (await table.put(guardKey(number), row, condition)).ok;
    },
  };
}
