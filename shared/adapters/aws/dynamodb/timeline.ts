import * as z from 'zod/mini';
import type { IncidentEvent } from '../../../domain/events.ts';
import { formatIncidentId, type IncidentId } from '../../../domain/incident-id.ts';
import type { Duplicate, IncidentStore } from '../../../ports.ts';
import { readDetails, readEvent, toRecord } from '../../../schema/records.ts';
import { expiring, jsonIn, n, numberIn, numberOrNullIn, s, sortable, type Item } from './attributes.ts';
import type { Retention } from './rows.ts';
import type { Condition, Key, Table } from './table.ts';

type Timeline = Pick<IncidentStore, 'fileEvents' | 'filedEvents' | 'addDuplicate' | 'duplicates' | 'putDetails' | 'details'>;

/** How many command ids of duplicates are remembered, and how many may pile up before the list is cut to that. */
const remembered = 16;
const piledUp = 48;
/** What is filed while an incident is open must outlive it: longer than an incident stays open, besides the retention. */
const openAtMost = 366 * 24 * 3600 * 1000;
/** Tries to add one duplicate while others are added. */
const additions = 8;
const texts = z.array(z.object({ S: z.string() }));

const eventKey = (id: IncidentId, seq: number): Key => ({ pk: `event#${formatIncidentId(id)}`, sk: sortable(seq) });
const duplicatesKey = (id: IncidentId): Key => ({ pk: `duplicate#${formatIncidentId(id)}`, sk: 'count' });
const detailsKey = (id: IncidentId, name: string): Key => ({ pk: `details#${formatIncidentId(id)}`, sk: name });

const recentIn = (row: Item): readonly string[] => {
  const parsed = texts.safeParse(row['recent']?.L);
  return parsed.success ? parsed.data.map(({ S }) => S) : [];
};

const larger = (a: number | null, b: number | null): number | null => (a === null || b === null ? (a ?? b) : Math.max(a, b));

/**
 * One duplicate more, in one write. Instants only move on, whatever order duplicates come in: `known` is what an attempt before found there.
 */
function addition(
  { commandId, at, occurredAt }: Duplicate,
  known: Item | null,
  goesAt: number,
): { readonly change: Condition; readonly condition: Condition } {
  const lastAt = Math.max(at, (known === null ? null : numberOrNullIn(known, 'lastAt')) ?? at);
  const source = larger(occurredAt, known === null ? null : numberOrNullIn(known, 'sourceTriggeredAt'));
  const recent = known === null ? [] : recentIn(known);
  const cut = recent.length >= piledUp;
  const list = cut ? ':recent' : 'list_append(if_not_exists(recent, :none), :command)';
  return {
    change: {
      expression: `SET recent = ${list}, lastAt = :lastAt, #ttl = :ttl${source === null ? '' : ', sourceTriggeredAt = :source'} ADD #count :one`,
      names: { '#ttl': 'ttl', '#count': 'count' },
      values: {
        ':ttl': n(Math.ceil(goesAt / 1000)),
        ...(cut
          ? { ':recent': { L: [...recent, commandId].slice(-remembered).map(s) } }
          : { ':none': { L: [] }, ':command': { L: [s(commandId)] } }),
        ':lastAt': n(lastAt),
        ':one': n(1),
        ...(source === null ? {} : { ':source': n(source) }),
      },
    },
    condition: {
      expression: [
        'NOT contains(recent, :commandId)',
        cut ? 'size(recent) = :size' : '(attribute_not_exists(recent) OR size(recent) < :size)',
        '(attribute_not_exists(lastAt) OR lastAt <= :lastAt)',
        ...(source === null ? [] : ['(attribute_not_exists(sourceTriggeredAt) OR sourceTriggeredAt <= :source)']),
      ].join(' AND '),
      values: { ':commandId': s(commandId), ':size': n(cut ? recent.length : piledUp) },
    },
  };
}

async function filedEvents(
  table: Table,
  id: IncidentId,
  after: number,
  limit: number,
  reported: (what: string, id: IncidentId) => void,
): Promise<readonly IncidentEvent[]> {
  const { pk, sk } = eventKey(id, after);
  const key = { expression: 'pk = :pk AND sk > :after', values: { ':pk': s(pk), ':after': s(sk) } };
  const rows = (await table.first({ key, pageSize: limit }, limit)).slice(0, limit);
  return rows.flatMap((row) => {
    const event = readEvent(jsonIn(row, 'body'));
    if (event === null) reported('an event', id);
    return event ?? [];
  });
}

/** What is kept beside the items: filed events, duplicates, large details. A row that cannot be read is reported and left out. */
export function makeTimeline(table: Table, retention: Retention, onError: (error: Error) => void): Timeline {
  const stays = (at: number): Item => expiring(at + retention.milliseconds + openAtMost);
  const reported = (what: string, id: IncidentId): void => {
    onError(new Error(`${what} of incident ${formatIncidentId(id)} cannot be read and is left out`));
  };

  async function addDuplicate(id: IncidentId, duplicate: Duplicate): Promise<boolean> {
    let known: Item | null = null;
    for (let attempt = 0; attempt < additions; attempt += 1) {
      const { change, condition } = addition(duplicate, known, duplicate.at + retention.milliseconds + openAtMost);
      const added = await table.update(duplicatesKey(id), change, condition);
      if (added.ok) return true;
      known = added.item;
      if (known !== null && recentIn(known).includes(duplicate.commandId)) return false;
    }
    throw new Error('the duplicates of this incident kept changing');
  }

  return {
    async fileEvents(id, events) {
      await Promise.all(
        events.map((event) =>
          table.put(
            eventKey(id, event.seq),
            { body: s(JSON.stringify(toRecord('event', event))), ...stays(event.at) },
            { expression: 'attribute_not_exists(pk)' },
          ),
        ),
      );
    },
    filedEvents: (id, after, limit) => filedEvents(table, id, after, limit, reported),
    addDuplicate,
    async duplicates(id) {
      const row = await table.get(duplicatesKey(id));
      if (row === null) return { count: 0, lastAt: null, sourceTriggeredAt: null };
      return {
        count: numberIn(row, 'count'),
        lastAt: numberOrNullIn(row, 'lastAt'),
        sourceTriggeredAt: numberOrNullIn(row, 'sourceTriggeredAt'),
      };
    },
    async putDetails(id, name, row) {
      await table.put(detailsKey(id, name), { body: s(JSON.stringify(toRecord('details', row))), ...stays(row.at) });
    },
    async details(id, name) {
      const row = await table.get(detailsKey(id, name));
      if (row === null) return null;
      const details = readDetails(jsonIn(row, 'body'));
      if (details === null) reported('the details', id);
      return details;
    },
  };
}
