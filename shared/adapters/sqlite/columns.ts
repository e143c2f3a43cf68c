import type { SQLOutputValue } from 'node:sqlite';

export type Row = Record<string, SQLOutputValue>;

const wrong = (name: string, value: SQLOutputValue | undefined): Error =>
  new Error(`column ${name} holds ${value === null ? 'null' : typeof value}, which this build does not expect`);

/** The number in a column. Throws when the column holds something else. */
export function numberIn(row: Row, name: string): number {
  const value = row[name];
  if (typeof value !== 'number') throw wrong(name, value);
  return value;
}

/** The text in a column. Throws when the column holds something else. */
export function textIn(row: Row, name: string): string {
  const value = row[name];
  if (typeof value !== 'string') throw wrong(name, value);
  return value;
}

export const numberOrNullIn = (row: Row, name: string): number | null => (row[name] === null ? null : numberIn(row, name));
export const textOrNullIn = (row: Row, name: string): string | null => (row[name] === null ? null : textIn(row, name));

/** What a JSON column stands for; undefined when it is no JSON, which no reader accepts. */
export function jsonIn(row: Row, name: string): unknown {
  const text = textIn(row, name);
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
