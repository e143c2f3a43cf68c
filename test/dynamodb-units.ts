import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Row } from './dynamodb-expression.ts';

/** What DynamoDB bills on demand: a write unit for each KB that is written, a read unit for each 4 KB that are read. */
export interface Units {
  readonly written: number;
  readonly read: number;
}

/** Indexes as far as they cost: which attributes are in them, the first two of them as keys. */
export interface Index {
  readonly keys: readonly string[];
  readonly projected: readonly string[];
}

const bytes = (text: string): number => Buffer.byteLength(text);

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html, for the kinds of values that the stores keep. */
function valueSize({ S, N, B, L, ...other }: AttributeValue): number {
  if (S !== undefined) return bytes(S);
  if (N !== undefined) return Math.ceil(N.replace(/[-.]/g, '').length / 2) + 1;
  if (B !== undefined) return B.length;
  if (L !== undefined) return L.reduce((sum, value) => sum + 1 + valueSize(value), 3);
  throw new Error(`no size is known of ${Object.keys(other).join(', ')}`);
}

/** In bytes. */
export const sizeOf = (row: Row): number => Object.entries(row).reduce((sum, [name, value]) => sum + bytes(name) + valueSize(value), 0);

const writeUnits = (size: number): number => Math.max(1, Math.ceil(size / 1024));

/** Reads are strongly consistent, but for those of an index, which cost half. */
export const readUnits = (rows: readonly Row[], ofIndex: boolean): number =>
  Math.max(1, Math.ceil(rows.reduce((sum, row) => sum + sizeOf(row), 0) / 4096)) / (ofIndex ? 2 : 1);

const within = (row: Row | null, { keys, projected }: Index): Row | null =>
  row === null || keys.some((name) => row[name] === undefined)
    ? null
    : Object.fromEntries(['pk', 'sk', ...keys, ...projected].flatMap((name) => (row[name] === undefined ? [] : [[name, row[name]]])));

const same = (a: Row, b: Row, names: readonly string[]): boolean =>
  names.every((name) => JSON.stringify(a[name]) === JSON.stringify(b[name]));

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes */
function indexUnits(before: Row | null, after: Row | null, index: Index): number {
  const [old, fresh] = [within(before, index), within(after, index)];
  if (old === null) return fresh === null ? 0 : writeUnits(sizeOf(fresh));
  if (fresh === null) return writeUnits(sizeOf(old));
  if (same(old, fresh, index.keys)) return same(old, fresh, index.projected) ? 0 : writeUnits(Math.max(sizeOf(old), sizeOf(fresh)));
  return writeUnits(sizeOf(old)) + writeUnits(sizeOf(fresh));
}

/** What it costs to replace a row (null: there is none) by another, in the table and in its indexes. */
export const replaceUnits = (before: Row | null, after: Row | null, indexes: readonly Index[]): number =>
  writeUnits(Math.max(before === null ? 0 : sizeOf(before), after === null ? 0 : sizeOf(after))) +
  indexes.reduce((sum, index) => sum + indexUnits(before, after, index), 0);

/** A condition that does not hold costs what stands there. */
export const refusedUnits = (row: Row | null): number => writeUnits(row === null ? 0 : sizeOf(row));
