import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import { severities } from '../../shared/domain/severity.ts';
import type { FormatEvent, ParsedBody } from '../../shared/ingest/format.ts';
import { cleanLine, isCleanLine } from '../../shared/ingest/clean-text.ts';

/** What a person wrote down by hand about the fixtures of a format. */
const expectations = z.strictObject({
  /** Where the bodies come from. */
  from: z.string().min(20),
  /** A fixture that triggers, and one that resolves what it started. */
  pairs: z.array(z.tuple([z.string(), z.string()])).min(1),
  /** The events of each fixture, in order; `?group=true` after its name asks for that. */
  expected: z.record(
    z.string(),
    z.array(
      z.strictObject({
        action: z.enum(['trigger', 'acknowledge', 'resolve', 'record']),
        dedupKey: z.string(),
        title: z.string(),
        severity: z.enum(severities).optional(),
        occurredAt: z.string().nullable().optional(),
        reason: z.string().optional(),
      }),
    ),
  ),
});

const folderOf = (format: string): URL => new URL(`../fixtures-ingest/${format}/`, import.meta.url);
const textOf = (format: string, name: string): string => readFileSync(new URL(name, folderOf(format)), 'utf8');

/** The table `expected.json` beside the fixtures of a format. */
export function expectedOf(format: string): z.infer<typeof expectations> {
  if (!existsSync(new URL('expected.json', folderOf(format)))) {
    throw new Error(`Write test/fixtures-ingest/${format}/expected.json by hand, as the folders of the other formats have it.`);
  }
  return expectations.parse(JSON.parse(textOf(format, 'expected.json')));
}

/** The names of a format's fixtures. */
export const fixturesOf = (format: string): readonly string[] =>
  readdirSync(folderOf(format)).filter((name) => name.endsWith('.json') && name !== 'expected.json');

export const bodyOfFixture = (format: string, name: string): unknown => JSON.parse(textOf(format, name));

/** An event as the table tells it. */
export function toldShortly(event: FormatEvent): object {
  if (event.action === 'record') return { action: 'record', dedupKey: event.dedupKey, title: event.title, reason: event.reason };
  const { dedupKey, title } = said(event);
  const severity = event.action === 'trigger' ? { severity: event.signal.severity } : {};
  const instant = instantOf(event);
  return { action: event.action, dedupKey, title, ...severity, occurredAt: instant === null ? null : new Date(instant).toISOString() };
}

const said = (event: FormatEvent) => (event.action === 'trigger' ? event.signal : event);

function instantOf(event: FormatEvent): number | null {
  if (event.action === 'record') return null;
  return event.action === 'trigger' ? event.signal.occurredAt : event.occurredAt;
}

/** The dedup keys of those events of a body that have the action. */
export const keysOf = (parsed: ParsedBody, action: FormatEvent['action']): readonly string[] =>
  parsed.ok ? parsed.events.filter((event) => event.action === action).map((event) => said(event).dedupKey) : [];

const isLine = (text: string | null, longest: number): boolean => text === null || (text.length <= longest && cleanLine(text) === text);

function triggerFaults(event: Extract<FormatEvent, { action: 'trigger' }>): readonly (string | false)[] {
  const { signal } = event;
  const { severityText, source, type, environment } = signal;
  return [
    !severities.includes(signal.severity) && 'an unknown severity',
    ![severityText, source, type, environment].every((text) => isLine(text, 1024)) && 'a line that is not clean',
    (signal.description?.length ?? 0) > 16 * 1024 && 'a description too long',
    Object.keys(signal.labels).length > 64 && 'too many labels',
    !Object.entries(signal.labels).every(([name, value]) => isLine(name, 255) && isLine(value, 1024)) && 'a label that is not clean',
    !signal.links.every(({ href }) => href.length <= 2048 && /^https?:\/\//i.test(href) && URL.canParse(href)) && 'a link that is none',
    Buffer.byteLength(JSON.stringify(signal.details)) > 48 * 1024 && 'details too large',
  ];
}

/** What stands in an event that must not be handed on; nothing when all is well. */
export function faultsOf(event: FormatEvent, service: string): readonly string[] {
  const { dedupKey, title } = said(event);
  const occurredAt = instantOf(event);
  return [
    said(event).service !== service && 'another service',
    (dedupKey === '' || dedupKey.length > 1024 || !isCleanLine(dedupKey)) && 'a bad dedup key',
    (title.trim() === '' || !isLine(title, 1024)) && 'a bad title',
    occurredAt !== null && !(occurredAt > 0 && Number.isFinite(occurredAt)) && 'a bad instant',
    event.messageId !== undefined && !/^[A-Za-z0-9._-]{1,64}$/.test(event.messageId) && 'a bad message id',
    ...(event.action === 'trigger' ? triggerFaults(event) : []),
  ].filter((fault) => fault !== false);
}

type Path = readonly (string | number)[];

/** The path of every member and every entry in a JSON value. */
export function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [];
  const members: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? value.map((one: unknown, index) => [index, one] as const)
    : Object.entries(value);
  return members.flatMap(([name, member]) => [[...path, name], ...pathsOf(member, [...path, name])]);
}

/** A copy with what stands at the path replaced; without `other`, removed. */
export function changed(value: unknown, [name, ...rest]: Path, ...other: readonly unknown[]): unknown {
  if (name === undefined) return other[0];
  if (Array.isArray(value)) {
    const list = value.map((one: unknown, index): unknown => (index === name ? changed(one, rest, ...other) : one));
    return rest.length === 0 && other.length === 0 ? list.filter((_, index) => index !== name) : list;
  }
  const members = Object.entries(typeof value === 'object' && value !== null ? value : {});
  const kept = rest.length === 0 && other.length === 0 ? members.filter(([member]) => member !== name) : members;
  return Object.fromEntries(kept.map(([member, one]) => [member, member === name ? changed(one, rest, ...other) : one]));
}

/** A copy in which every object has one member more. */
export function withMember(value: unknown, name: string, member: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => withMember(one, name, member));
  return Object.fromEntries([[name, member], ...Object.entries(value).map(([own, one]) => [own, withMember(one, name, member)] as const)]);
}
