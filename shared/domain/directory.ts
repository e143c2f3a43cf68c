import type { OnCallSchedule } from './on-call/on-call.ts';
import type { Override, Schedule } from './on-call/schedule.ts';
import type { Policy, Target } from './policy.ts';
import type { Seconds } from './time.ts';
import type { Severity } from './severity.ts';
import type { BucketSize } from './token-bucket.ts';

/** A way to reach a person. */
export interface Contact {
  readonly id: string;
  readonly channel: string;
  readonly address: string;
}

/** Which contacts a person wants used for which severities; the first rule that matches counts. */
export interface PersonRule {
  readonly severities: readonly Severity[] | null;
  readonly notify: readonly { readonly contact: string; readonly after: Seconds }[];
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly zone: string | null;
  readonly contacts: readonly Contact[];
  readonly rules: readonly PersonRule[];
  readonly tellOutcomeBySms: boolean;
  /** Contacts that are told when this person comes on call and goes off. */
  readonly handoffNotices: readonly string[];
  /** Number of the secret link to this person's calendars; another number ends the links before. */
  readonly calendarLink: number;
}

export interface Team {
  readonly id: string;
  readonly name: string | null;
  readonly members: readonly string[];
}

/** A chat room, or another place where many read; it is told like a person without rules. */
export interface Room {
  /** With its sign: `#ops`. */
  readonly id: string;
  readonly channel: string;
  readonly address: string;
}

/** The id of a room from how it was written, with its sign or without; null: no id. */
export function roomId(written: string): string | null {
  const name = /^#?([A-Za-z0-9][A-Za-z0-9._-]{0,63})$/.exec(written)?.[1];
  return name === undefined ? null : `#${name}`;
}

/** The name in an address written `secret:NAME`; null: it is no reference. */
export const secretName = (address: string): string | null => /^secret:([A-Za-z0-9][A-Za-z0-9._-]{0,63})$/.exec(address)?.[1] ?? null;

export interface Service {
  readonly id: string;
  readonly name: string | null;
  readonly policy: string;
  readonly severity: Severity | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly enabled: boolean;
}

export interface Settings {
  readonly catchAll: readonly Target[] | null;
  readonly zone: string;
  readonly baseUrl: string | null;
  readonly retention: { readonly incidents: Seconds; readonly messages: Seconds };
  /** The kill switch: false declines every signal. */
  readonly enabled: boolean;
  readonly maxOpen: number | null;
  readonly acknowledgementTimeout: Seconds;
  /** How many alarms one ingest key may send. */
  readonly ingest: BucketSize;
  /** ARNs of the SNS topics that may subscribe us and send to us; one that ends in `*` stands for all that begin so. */
  readonly snsTopics: readonly string[];
}

/** A schedule, and the changes for a while that are made to it. */
export interface DirectorySchedule {
  readonly schedule: Schedule;
  /** Made ready when first asked for. */
  readonly onCall: () => OnCallSchedule;
  /** Those that are not over, as far as the people they name are still there. */
  readonly overrides: readonly Override[];
}

/** One version of the configuration, indexed for look-up. Policies here are the current versions. */
export interface Directory {
  readonly version: number;
  readonly settings: Settings;
  readonly services: ReadonlyMap<string, Service>;
  readonly policies: ReadonlyMap<string, Policy>;
  readonly people: ReadonlyMap<string, Person>;
  readonly teams: ReadonlyMap<string, Team>;
  /** The document's `channels`. */
  readonly rooms: ReadonlyMap<string, Room>;
  /** None where levels are never fired: whoever fires them, or asks who is on call, has them all. */
  readonly schedules: ReadonlyMap<string, DirectorySchedule>;
  /** From a schedule's UUID, in lower case, to its id. */
  readonly scheduleUuids: ReadonlyMap<string, string>;
  /** From an SMS address to the people who own it. */
  readonly peopleByPhone: ReadonlyMap<string, readonly string[]>;
}

/** The schedule with this id, or with this UUID however it is written. */
export const scheduleNamed = (name: string, { schedules, scheduleUuids }: Directory): DirectorySchedule | undefined =>
  schedules.get(name) ?? schedules.get(scheduleUuids.get(name.toLowerCase()) ?? '');
