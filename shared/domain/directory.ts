import type { Policy, Target } from './policy.ts';
import type { Seconds } from './time.ts';
import type { Severity } from './severity.ts';

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
}

export interface Team {
  readonly id: string;
  readonly name: string | null;
  readonly members: readonly string[];
}

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
}

/** One version of the configuration, indexed for look-up. Policies here are the current versions. */
export interface Directory {
  readonly version: number;
  readonly settings: Settings;
  readonly services: ReadonlyMap<string, Service>;
  readonly policies: ReadonlyMap<string, Policy>;
  readonly people: ReadonlyMap<string, Person>;
  readonly teams: ReadonlyMap<string, Team>;
  /** From an SMS address to the people who own it. */
  readonly peopleByPhone: ReadonlyMap<string, readonly string[]>;
}
