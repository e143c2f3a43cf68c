import type { Instant } from './time.ts';

/** `page`: asks for an answer and carries a code or link; `outcome`: somebody answered; `notice`: for information. */
export type NotificationKind = 'page' | 'outcome' | 'notice';

/** Why a notification was made; it decides the words and how long it stays of use. */
export type Purpose =
  | 'level'
  | 'reassigned'
  | 'acknowledgementTimedOut'
  | 'exhausted'
  | 'limit'
  | 'nobodyReached'
  | 'reminder'
  | 'acknowledged'
  | 'resolved'
  | 'cancelled'
  | 'failed'
  | 'test';

/**
 * One message to one contact of one person. It names the contact and never the address, so that an incident holds no address
 * (a target that is no person is the exception: there the target itself stands for the person).
 */
export interface NewNotification {
  /** Counts the notifications of this generation from 1. */
  readonly n: number;
  readonly kind: NotificationKind;
  readonly purpose: Purpose;
  /** Who acted, for an outcome. */
  readonly by: string | null;
  readonly person: string;
  readonly name: string;
  readonly zone: string;
  readonly channel: string;
  readonly contact: string;
  readonly cycle: number;
  readonly level: number;
  readonly repeat: number;
  /** The number of the first notification made together with this one. */
  readonly batch: number;
  /** Contacts of this person that failed before this one was tried in their place. */
  readonly tried: readonly string[];
  readonly madeAt: Instant;
  /** Not sent before this instant. */
  readonly notBefore: Instant;
}

/** Exclusive right to send, in real time: it ends by itself when its holder dies. */
interface Lease {
  readonly claim: string;
  readonly until: Instant;
}

/** A notification not yet settled. */
export interface Notification extends NewNotification {
  /** Attempts that ended in a failure worth repeating. */
  readonly failures: number;
  /** The instant of the first attempt that failed; a minute later the next contact is tried as well. */
  readonly failingSince: Instant | null;
  /** The next contact has been asked as well. */
  readonly fellOver: boolean;
  readonly lease: Lease | null;
  /** The bundle it waits in, to leave as one message with others. */
  readonly bundle: string | null;
}

/** Somebody who was told about this incident, kept for outcomes, links and the page that shows who was told. */
export interface ToldPerson {
  readonly person: string;
  readonly name: string;
  readonly zone: string;
  /** For each contact a page was handed over on, the channel and the number of the last one. */
  readonly contacts: Readonly<Record<string, { readonly channel: string; readonly page: number }>>;
  /** Numbers of the pages handed over, newest last, the last 100. */
  readonly pages: readonly number[];
}
