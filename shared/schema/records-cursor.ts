import { Buffer } from 'node:buffer';
import * as z from 'zod/mini';
import type { Instant } from '../domain/time.ts';

/** Where a listing stopped: the last incident it gave. */
export interface ListPosition {
  readonly createdAt: Instant;
  readonly key: string;
  readonly generation: number;
}

/** The cursor is none that a listing gave. */
export class BadCursor extends Error {
  override readonly name = 'BadCursor';
}

const stored = z.lazy(() => z.tuple([z.number(), z.string().check(z.regex(/^[a-z2-7]{1,64}$/)), z.int()]));

/** A cursor that callers pass back unread. */
export const formatCursor = (position: ListPosition): string =>
  Buffer.from(JSON.stringify([position.createdAt, position.key, position.generation])).toString('base64url');

/** The position a cursor stands for. Throws `BadCursor`. */
export function parseCursor(cursor: string): ListPosition {
  try {
    const [createdAt, key, generation] = stored.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    return { createdAt, key, generation };
  } catch (cause) {
    throw new BadCursor('the cursor is none that a listing gave', { cause });
  }
}

/** Newest first: below zero when `a` is listed before `b`. */
export function byNewest(a: ListPosition, b: ListPosition): number {
  if (a.createdAt !== b.createdAt) return b.createdAt - a.createdAt;
  if (a.key !== b.key) return a.key < b.key ? 1 : -1;
  return b.generation - a.generation;
}
