import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { gunzipSync, gzipSync } from 'node:zlib';

export type Item = Record<string, AttributeValue>;

export const s = (text: string): AttributeValue => ({ S: text });
export const n = (number: number): AttributeValue => ({ N: String(number) });

const wrong = (name: string): Error => new Error(`attribute ${name} holds what this build does not expect`);

/** The text in an attribute. Throws when it holds something else. */
export function textIn(item: Item, name: string): string {
  const text = item[name]?.S;
  if (text === undefined) throw wrong(name);
  return text;
}

/** The number in an attribute. Throws when it holds something else. */
export function numberIn(item: Item, name: string): number {
  const number = numberOrNullIn(item, name);
  if (number === null) throw wrong(name);
  return number;
}

/** The number in an attribute, null when it is not there. */
export function numberOrNullIn(item: Item, name: string): number | null {
  const value = item[name];
  if (value === undefined) return null;
  if (value.N === undefined) throw wrong(name);
  return Number(value.N);
}

export const textOrNullIn = (item: Item, name: string): string | null => (item[name] === undefined ? null : textIn(item, name));

/** What a JSON attribute stands for; undefined when it is no JSON, which no reader accepts. */
export function jsonIn(item: Item, name: string): unknown {
  try {
    return JSON.parse(textIn(item, name));
  } catch {
    return undefined;
  }
}

/** JSON that is large, or written often: it packs to a fraction, and DynamoDB bills by the KB. */
export const packed = (value: unknown): AttributeValue => ({ B: gzipSync(JSON.stringify(value)) });

/** What such an attribute stands for, packed or, as older rows hold it, plain; undefined when it is neither, which no reader accepts. */
export function unpackedIn(item: Item, name: string): unknown {
  const bytes = item[name]?.B;
  if (bytes === undefined) return jsonIn(item, name);
  try {
    return JSON.parse(gunzipSync(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** An instant, or another count, so that the order of texts is the order of numbers. */
export const sortable = (number: number): string => String(number).padStart(16, '0');

/** The attribute that has DynamoDB remove a row some time after the instant (milliseconds). */
export const expiring = (at: number): Item => ({ ttl: n(Math.ceil(at / 1000)) });
