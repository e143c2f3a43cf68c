import { leaseHolds, type Context } from './commands.ts';
import type { IncidentId } from './incident-id.ts';
import { rank, type Severity } from './severity.ts';
import type { Instant } from './time.ts';

/** What came of a bundle. `dissolved`: fewer than two pages were left in it, and each goes alone. */
export type BundleResult =
  | { readonly kind: 'sent'; readonly at: Instant; readonly providerId: string | null; readonly plain: boolean }
  | { readonly kind: 'failed'; readonly permanent: boolean; readonly code: string; readonly retryAfter: number | null }
  | { readonly kind: 'dissolved' };

/** Pages to one contact that leave as one message. It is open, and takes more in, until somebody claims to carry it. */
export interface Bundle {
  readonly id: string;
  /** Grows by one with every write. */
  readonly version: number;
  readonly sendAt: Instant;
  /** Who sends it, in real time: another takes over when that time is up and there is no result. */
  readonly carrier: { readonly claim: string; readonly until: Instant } | null;
  readonly result: BundleResult | null;
  readonly expiresAt: Instant;
}

/** A page in a bundle: what the message says of it, and what an answer needs. There is one for each incident, the last that joined. */
export interface BundleMember {
  readonly incident: IncidentId;
  /** The number of the notification. */
  readonly n: number;
  readonly person: string;
  readonly madeAt: Instant;
  readonly cycle: number;
  readonly level: number;
  readonly service: string;
  readonly title: string;
  readonly severity: Severity;
}

/** Whether somebody is sending the bundle at this moment. */
export const isCarried = ({ carrier }: Bundle, times: Pick<Context, 'real' | 'leasesVoidBefore'>): boolean =>
  carrier !== null && leaseHolds(carrier.until, times);

/** What a reply code names in place of an incident when it answers a whole bundle: no incident is of generation 0. */
export const bundleAsIncident = (id: string): IncidentId => ({ key: id, generation: 0 });

/** The bundle that a reply code answers; null when it answers one incident. */
export const bundleOf = ({ key, generation }: IncidentId): string | null => (generation === 0 ? key : null);

/** Most severe first, else in the order given. */
export const bySeverity = (members: readonly BundleMember[]): readonly BundleMember[] =>
  [...members].sort((a, b) => rank(a.severity) - rank(b.severity));
