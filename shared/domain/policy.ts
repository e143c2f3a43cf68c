import type { Seconds } from './time.ts';
import type { Severity } from './severity.ts';

/** Who can be named as a target today; a document that names another type is refused. */
export const targetTypes = ['user', 'team', 'schedule', 'email', 'phone', 'channel', 'webhook', 'custom'] as const;
export type TargetType = (typeof targetTypes)[number];

/** Whom a level tells: a person, every member of a team, whoever is on call by a schedule, a chat room, an address that belongs to nobody in the directory, or a program that reads events. */
export interface Target {
  readonly type: TargetType;
  readonly id: string;
  readonly name: string | null;
  /** 1 is told first; it orders, it does not exclude. */
  readonly priority: number;
  /** Only contacts on these channels; null: all. */
  readonly channels: readonly string[] | null;
  /** Of a schedule: also who comes next in the rotation. */
  readonly next: boolean;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** `previous`: since the level before fired; `cycleStart`: since this round's first instant. */
type DelayAnchor = 'previous' | 'cycleStart';
/** `chainEnd`: after the last firing, repeats included; `cycleStart`: after the round began. */
type RepeatAnchor = 'chainEnd' | 'cycleStart';

export interface Level {
  readonly label: string | null;
  readonly delay: Seconds;
  readonly anchor: DelayAnchor;
  readonly minWait: Seconds;
  readonly targets: readonly Target[];
  readonly channels: readonly string[] | null;
  readonly repeat: { readonly count: number; readonly every: Seconds } | null;
  readonly stopOnAck: boolean;
  readonly requireAck: boolean;
  readonly autoResolve: Seconds | null;
}

/** An escalation policy; a version of it never changes once saved. */
export interface Policy {
  readonly id: string;
  readonly version: number;
  readonly description: string | null;
  readonly severities: readonly Severity[] | null;
  readonly levels: readonly Level[];
  readonly repeat: { readonly times: number; readonly every: Seconds; readonly anchor: RepeatAnchor } | null;
  readonly exhaustedAfter: Seconds;
  readonly catchAll: readonly Target[] | null;
  readonly reminder: Seconds;
  readonly maxEscalations: number | null;
  readonly acknowledgementTimeout: Seconds | null;
  readonly cooldown: { readonly for: Seconds; readonly then: 'hold' | 'drop' } | null;
  readonly enabled: boolean;
}

/** Level `number` (1 is the first), or null. */
export const levelAt = (policy: Policy, number: number): Level | null => policy.levels[number - 1] ?? null;
/** The number of the last level. */
export const maxLevel = (policy: Policy): number => policy.levels.length;
/** The number of the level after `number`, or null after the last. */
export const nextLevel = (policy: Policy, number: number): number | null => (number < maxLevel(policy) ? number + 1 : null);
