import type { Json } from '../domain/signal.ts';
import { deepestJson } from '../schema/json-text.ts';
import { cleanText, cutText } from './clean-text.ts';

type JsonObject = Readonly<Record<string, Json>>;

interface Budget {
  /** Bytes still free. */
  left: number;
  cut: boolean;
}

const cutName = '_cut';
const quoteBytes = 2;
/** The bracket that opens a list or an object; the one that closes it counts as the comma after its last member. */
const openingBytes = 1;
/** The comma after a value. */
const commaBytes = 1;
const colonBytes = 1;
/** Each character is one byte of JSON: nearly every text, and told so much sooner. */
const plain = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
/** So much of a text is kept that no longer fits, the marker included. */
const leastText = 16;

/**
 * A sender's object as it may be stored: text cleaned, and above `maxBytes` of JSON cut from the end, with the member `_cut` saying so.
 * The value must come from `JSON.parse`; what is nested deeper than 16 is cut too. A member named `__proto__` is dropped.
 */
export function fitJson(value: object, maxBytes: number): JsonObject {
  const budget: Budget = { left: maxBytes, cut: false };
  const members = fitMembers(value, budget, 1);
  if (budget.cut) members.push([cutName, `What goes beyond ${maxBytes / 1024} KB was cut.`]);
  return Object.fromEntries(members);
}

function fit(value: unknown, budget: Budget, depth: number): Json {
  if (typeof value === 'string') return fitText(value, budget);
  if (typeof value === 'object' && value !== null) {
    if (depth < deepestJson)
      return Array.isArray(value) ? fitList(value, budget, depth + 1) : Object.fromEntries(fitMembers(value, budget, depth + 1));
    budget.cut = true;
    return null;
  }
  const scalar = typeof value === 'number' || typeof value === 'boolean' ? value : null;
  budget.left -= JSON.stringify(scalar).length;
  if (budget.left < 0) budget.cut = true;
  return scalar;
}

function fitText(text: string, budget: Budget): string {
  // Only what may be kept is cleaned, however long the rest is.
  const clean = cleanText(text.slice(0, Math.max(leastText, budget.left) + 1));
  const bytes = plain.test(clean) ? clean.length : Buffer.byteLength(JSON.stringify(clean)) - quoteBytes;
  if (bytes + quoteBytes <= budget.left) {
    budget.left -= bytes + quoteBytes;
    return clean;
  }
  const kept = cutText(clean, Math.max(leastText, Math.floor(((budget.left - quoteBytes) * clean.length) / Math.max(1, bytes))));
  budget.cut = true;
  budget.left = 0;
  return kept;
}

function fitList(values: readonly unknown[], budget: Budget, depth: number): Json[] {
  const kept: Json[] = [];
  budget.left -= values.length === 0 ? openingBytes + commaBytes : openingBytes;
  for (const value of values) {
    if (isFull(budget)) break;
    budget.left -= commaBytes;
    kept.push(fit(value, budget, depth));
  }
  return kept;
}

function fitMembers(value: object, budget: Budget, depth: number): [string, Json][] {
  const kept: [string, Json][] = [];
  const members = Object.entries(value);
  budget.left -= members.length === 0 ? openingBytes + commaBytes : openingBytes;
  for (const [name, member] of members) {
    if (isFull(budget)) break;
    if (name === '__proto__') continue;
    budget.left -= colonBytes + commaBytes;
    kept.push([fitText(name, budget), fit(member, budget, depth)]);
  }
  return kept;
}

function isFull(budget: Budget): boolean {
  if (budget.left > 0) return false;
  budget.cut = true;
  return true;
}
