import type { Json } from '../domain/signal.ts';
import { cleanText, cutText } from './clean-text.ts';

type JsonObject = Readonly<Record<string, Json>>;

interface Budget {
  /** Bytes still free. */
  left: number;
  cut: boolean;
}

const cutName = '_cut';
/** What quotes, colon, comma and brackets add to a value, about. */
const syntaxBytes = 4;
const scalarBytes = 8;

/**
 * A sender's object as it may be stored: text cleaned, and above `maxBytes` of JSON cut from the end, with the member `_cut` saying so.
 * The value must come from `JSON.parse` and be of modest depth. A member named `__proto__` is dropped.
 */
export function fitJson(value: object, maxBytes: number): JsonObject {
  const budget: Budget = { left: maxBytes, cut: false };
  const members = fitMembers(value, budget);
  if (budget.cut) members.push([cutName, `What goes beyond ${maxBytes / 1024} KB was cut.`]);
  return Object.fromEntries(members);
}

function fit(value: unknown, budget: Budget): Json {
  if (typeof value === 'string') return fitText(value, budget);
  if (Array.isArray(value)) return fitList(value, budget);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(fitMembers(value, budget));
  budget.left -= scalarBytes + syntaxBytes;
  return typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function fitText(text: string, budget: Budget): string {
  const clean = cleanText(text);
  const bytes = Buffer.byteLength(clean);
  if (bytes + syntaxBytes <= budget.left) {
    budget.left -= bytes + syntaxBytes;
    return clean;
  }
  const kept = cutText(clean, Math.max(16, Math.floor((budget.left * clean.length) / bytes)));
  budget.cut = true;
  budget.left = 0;
  return kept;
}

function fitList(values: readonly unknown[], budget: Budget): Json[] {
  const kept: Json[] = [];
  budget.left -= syntaxBytes;
  for (const value of values) {
    if (isFull(budget)) break;
    kept.push(fit(value, budget));
  }
  return kept;
}

function fitMembers(value: object, budget: Budget): [string, Json][] {
  const kept: [string, Json][] = [];
  budget.left -= syntaxBytes;
  for (const [name, member] of Object.entries(value)) {
    if (isFull(budget)) break;
    if (name !== '__proto__') kept.push([fitText(name, budget), fit(member, budget)]);
  }
  return kept;
}

function isFull(budget: Budget): boolean {
  if (budget.left > 0) return false;
  budget.cut = true;
  return true;
}
