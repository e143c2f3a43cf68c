import type { Bundle, BundleMember } from './domain/bundle.ts';
import type { ContactHealth } from './domain/contact-health.ts';
import type { Directory } from './domain/directory.ts';
import type { IncidentEvent } from './domain/events.ts';
import type { Traffic } from './domain/flood.ts';
import type { IncidentId } from './domain/incident-id.ts';
import type { Incident, Json } from './domain/incident.ts';
import type { Mute } from './domain/mute.ts';
import type { NotificationKind } from './domain/notification.ts';
import type { Handoffs } from './domain/on-call/handoffs.ts';
import type { Override } from './domain/on-call/schedule.ts';
import type { Policy } from './domain/policy.ts';
import type { OutgoingEvent } from './domain/publishing.ts';
import type { Severity } from './domain/severity.ts';
import type { State } from './domain/states.ts';
import type { Instant, Seconds } from './domain/time.ts';

/** Two clocks: what people perceive runs on policy time, which one machine may speed up or step; leases and send limits run on real time. */
export interface Clock {
  /** Policy time. It never goes back. */
  now(): Instant;
  /** Real time. */
  real(): Instant;
  /** How many milliseconds of policy time pass in that many of real time. */
  toPolicy(realMilliseconds: number): number;
}

export interface Random {
  /** A new id that nobody can guess: 128 bits, 26 characters of lower-case base32. */
  id(): string;
  /** Characters of `[A-Za-z0-9]` that nobody can guess. */
  token(length: number): string;
  /** From 0 up to, not including, 1. */
  fraction(): number;
}

/** Waiting, in real time. */
export interface Timers {
  sleep(milliseconds: number): Promise<void>;
  /** What the work comes to, or `timeout` when it takes longer; work that ends later is ignored, its failure too. */
  within<T>(milliseconds: number, work: () => Promise<T>): Promise<T | 'timeout'>;
}

// ── incidents ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A stored item that this build cannot read, known by its columns only. */
export interface Unreadable {
  readonly unreadable: true;
  readonly key: string;
  readonly generation: number;
  readonly version: number;
  readonly service: string;
  readonly failures: number;
}

export type Stored = Incident | Unreadable;

/** Which item a head write expects to find: none, or exactly this version of this generation. */
export type Expected = null | { readonly generation: number; readonly version: number };

/** `conflict` brings the item that stood in the way, so that a lost race needs no second read. */
export type WriteResult = { readonly ok: true } | { readonly ok: false; readonly current: Stored | null };

export interface IncidentQuery {
  /** `open`: all that still need somebody. */
  readonly state: State | 'open' | null;
  readonly service: string | null;
  readonly severity: Severity | null;
  readonly policy: string | null;
  readonly limit: number;
  readonly cursor: string | null;
}

export interface Duplicate {
  readonly commandId: string;
  readonly at: Instant;
  readonly occurredAt: Instant | null;
}

export interface DuplicateCount {
  /** Triggers merged into the incident, the first one not counted. */
  readonly count: number;
  readonly lastAt: Instant | null;
  /** The latest instant that a sender gave with a duplicate. */
  readonly sourceTriggeredAt: Instant | null;
}

/** Large details and context, kept beside the item. */
export interface DetailsRow {
  readonly at: Instant;
  readonly details: Readonly<Record<string, Json>> | null;
  readonly context: Readonly<Record<string, Json>> | null;
}

/** A head that is to be looked at, and since when. */
export interface Due extends IncidentId {
  readonly lookAt: Instant;
}

export interface IncidentStore {
  /** The newest generation under the key, strongly consistent. */
  head(key: string): Promise<Stored | null>;
  /** The head if it is that generation, else the archive row. */
  get(id: IncidentId): Promise<Stored | null>;
  /** One conditional write of the head, for a transition and for a succession alike. */
  write(incident: Incident, expected: Expected): Promise<WriteResult>;
  /** Copies a predecessor to its archive row; kept only if none is there or one of a lower version. */
  archive(incident: Incident): Promise<void>;
  /** One conditional write of an archive row, if its version is `version`. */
  writeArchived(incident: Incident, version: number): Promise<WriteResult>;
  /** Heads whose `lookAt` is at or before the instant, earliest first, keys in order within one instant; those behind `after` when it is given. */
  due(at: Instant, limit: number, after?: Pick<Due, 'lookAt' | 'key'> | null): Promise<readonly Due[]>;
  /** The earliest `lookAt` of all, or of those later than the instant. */
  nextLookAt(laterThan?: Instant | null): Promise<Instant | null>;
  /** Newest first. Generation 0 is never listed; unreadable items are, as far as they are known. */
  list(query: IncidentQuery): Promise<{ readonly incidents: readonly Stored[]; readonly cursor: string | null }>;
  /** How many are under way; one that ran out unanswered is listed as open and takes no place. */
  countUnfinished(): Promise<number>;
  /** Keys whose held trigger waits for capacity, oldest first; not those that back off. */
  heldForCapacity(limit: number): Promise<readonly IncidentId[]>;
  /** Raw update of an item that cannot be read or decided; needs nothing of its content. */
  backOff(id: IncidentId, failures: number, lookAt: Instant, failed: boolean): Promise<void>;
  /** How often the item could not be read or decided since it was last written. */
  failures(id: IncidentId): Promise<number>;
  /** Puts each event as a row, if absent. */
  fileEvents(id: IncidentId, events: readonly IncidentEvent[]): Promise<void>;
  /** Filed events with `seq` above `after`, in order. */
  filedEvents(id: IncidentId, after: number, limit: number): Promise<readonly IncidentEvent[]>;
  /** Counts a duplicate once per command id (among the last 16); true if it was counted now. */
  addDuplicate(id: IncidentId, duplicate: Duplicate): Promise<boolean>;
  duplicates(id: IncidentId): Promise<DuplicateCount>;
  /** Puts a row under a name of its own, just before the item that names it: one that no item ever named expires. */
  putDetails(id: IncidentId, name: string, row: DetailsRow): Promise<void>;
  details(id: IncidentId, name: string): Promise<DetailsRow | null>;
}

// ── configuration ────────────────────────────────────────────────────────────────────────────────────────────────────

/** One version of the document as the user wrote it (normalised to JSON), with the version and the times of each policy in it. */
export interface StoredConfig {
  readonly version: number;
  readonly savedAt: Instant;
  readonly document: Readonly<Record<string, Json>>;
  readonly policyVersions: Readonly<Record<string, number>>;
  /** When each came into the document, and when it was last changed there; null: before that was kept. */
  readonly policyTimes: Readonly<Record<string, { readonly createdAt: Instant | null; readonly updatedAt: Instant | null }>>;
}

export interface ConfigStore {
  current(): Promise<StoredConfig | null>;
  /** Saves version n + 1 with the policies that are new in it, if the current version is still `expected` (0: none). False on conflict. */
  save(config: StoredConfig, policies: readonly Policy[], expected: number): Promise<boolean>;
  /** One immutable version of a policy, also of one deleted since. */
  policy(id: string, version: number): Promise<Policy | null>;
  /** Of each policy id the highest version it ever had, also when it was deleted since; ids that never had one are left out. */
  latestPolicyVersions(ids: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

/** The configuration as the handlers see it. */
export interface Configuration {
  directory(): Promise<Directory>;
  policy(id: string, version: number): Promise<Policy | null>;
}

// ── keys, replies, and what is outside both item and document ────────────────────────────────────────────────────────

export interface IngestKey {
  readonly id: string;
  readonly service: string;
  /** SHA-256 of the key, hex; the key itself is never stored. */
  readonly hash: string;
  readonly createdAt: Instant;
  readonly lastUsedAt: Instant | null;
}

export interface KeyStore {
  put(key: IngestKey): Promise<void>;
  byHash(hash: string): Promise<IngestKey | null>;
  list(service: string): Promise<readonly IngestKey[]>;
  /** False when the service has no such key. */
  revoke(service: string, keyId: string): Promise<boolean>;
  /** Notes the last use; may be coalesced. */
  touch(keyId: string, at: Instant): Promise<void>;
}

export interface ReplyCode {
  readonly number: string;
  readonly code: string;
  /** What it answers; a whole bundle is named as an incident of generation 0. */
  readonly incident: IncidentId;
  readonly person: string;
  /** The newest position that a page with this code showed: an escalate-now by code is meant for it. */
  readonly cycle: number;
  readonly level: number;
  readonly expiresAt: Instant;
}

/** Wrong codes from one number. */
export interface ReplyGuard {
  readonly version: number;
  readonly wrong: readonly Instant[];
  readonly ignoredUntil: Instant | null;
}

export interface ReplyStore {
  /**
   * Takes a code for (number, incident), or renews it with the new position: `ours`. `taken`: an unexpired row of that number has this code for another
   * incident, or another number has this code for the same incident.
   */
  claimCode(code: ReplyCode, now: Instant): Promise<'ours' | 'taken'>;
  findCode(number: string, code: string, now: Instant): Promise<ReplyCode | null>;
  /** Unexpired codes of a number, newest first. */
  codes(number: string, now: Instant): Promise<readonly ReplyCode[]>;
  guard(number: string): Promise<ReplyGuard>;
  /** False when the guard's version has moved on. */
  saveGuard(number: string, guard: Omit<ReplyGuard, 'version'>, version: number): Promise<boolean>;
}

/** The traffic of a contact as it is stored. The version grows by one with every write. */
export interface StoredTraffic extends Traffic {
  readonly version: number;
}

/** What a contact was sent lately, and the bundles in which pages wait for it. */
export interface BundleStore {
  /**
   * One conditional write: if the contact has no row, or one of that version; with null, if it has none, or one that says nothing any more at `now`.
   * Else it brings the row that stood in the way.
   */
  saveTraffic(
    contact: string,
    traffic: Traffic,
    version: number | null,
    now: Instant,
  ): Promise<{ readonly ok: true } | { readonly ok: false; readonly current: StoredTraffic }>;
  /** Puts an open bundle, if absent; the bundle as it then stands. */
  open(bundle: Pick<Bundle, 'id' | 'sendAt' | 'expiresAt'>): Promise<Bundle>;
  /** Strongly consistent. */
  find(id: string): Promise<Bundle | null>;
  /** Writes the next version of a bundle, if its version is still the one before. False when it has moved on. */
  save(bundle: Bundle): Promise<boolean>;
  /** Puts or replaces the member for the incident. It goes when the bundle does. */
  putMember(bundle: Pick<Bundle, 'id' | 'expiresAt'>, member: BundleMember): Promise<void>;
  /** All that were put before the call, strongly consistent; in no particular order. */
  members(id: string): Promise<readonly BundleMember[]>;
}

/** A signal that made no incident, and why. */
export interface DeclinedSignal {
  readonly id: string;
  readonly at: Instant;
  readonly service: string;
  readonly dedupKey: string;
  readonly title: string;
  /** `record`: the sender only told, and asked for nothing. */
  readonly action: 'trigger' | 'acknowledge' | 'resolve' | 'record';
  readonly outcome: 'held' | 'declined' | 'ignored';
  readonly reason: string;
  readonly incidentId: string | null;
}

export interface DeclinedStore {
  /** Put if absent by id. */
  put(row: DeclinedSignal): Promise<void>;
  find(id: string): Promise<DeclinedSignal | null>;
  /** Newest first. */
  list(service: string | null, limit: number): Promise<readonly DeclinedSignal[]>;
}

/** A change to who is on call by one schedule, for a while. */
export interface StoredOverride extends Override {
  /** The schedule's id. */
  readonly schedule: string;
}

export interface StateStore {
  mute(service: string): Promise<Mute | null>;
  putMute(mute: Mute): Promise<void>;
  /** The last mute of each service, over or not, as they stand; where rows go by themselves, a week after it is over at the earliest. */
  mutes(): Promise<readonly Mute[]>;
  /** From that instant on the mute is over; it stays written. False when none was in force. */
  endMute(service: string, at: Instant): Promise<boolean>;
  /** Heads with a trigger held because of a mute of one of the services, longest first; not those that back off. */
  heldByMute(services: readonly string[], limit: number): Promise<readonly IncidentId[]>;
  contactHealth(): Promise<readonly ContactHealth[]>;
  putContactHealth(health: ContactHealth): Promise<void>;
  /** Overrides of one schedule, or with null of all, that end after the instant; those of a schedule in the order in which they were made. */
  overrides(schedule: string | null, endingAfter: Instant): Promise<readonly StoredOverride[]>;
  putOverride(override: StoredOverride): Promise<void>;
  /** False when the schedule has no such override. */
  removeOverride(schedule: string, id: string): Promise<boolean>;
  /** The sweeper's last run, in real time. */
  lastSweep(): Promise<Instant | null>;
  putLastSweep(real: Instant): Promise<void>;
  /**
   * Remembers a request by its idempotency key: `new`, or what is known of the earlier one (`answer` is null while it runs or when
   * it left none).
   */
  claimRequest(
    key: string,
    bodyHash: string,
    now: Instant,
    expiresAt: Instant,
  ): Promise<'new' | { readonly bodyHash: string; readonly answer: string | null }>;
  answerRequest(key: string, answer: string): Promise<void>;
}

/** Who is on call as it was last looked at, and who is still to be told. */
export interface HandoffStore {
  /** Strongly consistent; null: nobody ever looked. */
  current(): Promise<Handoffs | null>;
  /** Writes the next version, if its version is still the one before; the first is version 1. False when it has moved on. */
  save(handoffs: Handoffs): Promise<boolean>;
}

// ── what leaves ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** What a message is about, for the inbox and for tracing; nothing of it reaches the receiver. */
export interface MessageContext {
  readonly kind: NotificationKind;
  readonly person: string;
  readonly incidentId: string | null;
  readonly notificationId: string | null;
  readonly ackUrl: string | null;
  readonly code: string | null;
}

/** A text to one telephone number; every other message has these fields, too. */
export interface SmsMessage {
  readonly to: string;
  /** What a person reads of it. */
  readonly text: string;
  readonly about: MessageContext;
}

/** A message to one e-mail address, as plain text and as HTML. */
export interface EmailMessage extends SmsMessage {
  readonly subject: string;
  readonly html: string;
}

/** What is posted as JSON to a URL, or to `secret:NAME` for one that stands in no document. */
export interface PostMessage extends SmsMessage {
  /** The JSON that leaves. */
  readonly body: string;
}

/** What is put on a bus, for programs that wait for events of the name. */
export interface EventMessage extends SmsMessage {
  /** The JSON that leaves. */
  readonly detail: string;
}

/** `permanent`: this address will not work, whatever the number of tries. An unknown failure counts as transient. */
export type SendResult =
  | { readonly ok: true; readonly providerId: string | null }
  | { readonly ok: false; readonly permanent: boolean; readonly code: string; readonly retryAfter: Seconds | null };

/** The ways out: each hands one message to a provider, once, and says what came of it. */
export interface Transports {
  sms(message: SmsMessage): Promise<SendResult>;
  email(message: EmailMessage): Promise<SendResult>;
  /** Signed, to an address on the public internet and nowhere else. */
  webhook(message: PostMessage): Promise<SendResult>;
  /** To an incoming webhook of a chat that speaks as Slack does. */
  slack(message: PostMessage): Promise<SendResult>;
  custom(message: EventMessage): Promise<SendResult>;
}

/** Where everybody who asks hears what happens to incidents. */
export interface Bus {
  /** Puts events there, in order, as many of the first as fit into one call; what came of each of those. */
  publish(events: readonly OutgoingEvent[]): Promise<readonly SendResult[]>;
}

/** A message as the inbox of one machine keeps it. */
export interface InboxMessage extends MessageContext {
  readonly id: string;
  /** Policy time. */
  readonly at: Instant;
  readonly channel: string;
  readonly to: string;
  readonly subject: string | null;
  readonly text: string;
}

/** The messages of one machine that do not really leave it, to be looked at there. */
export interface InboxStore {
  put(message: InboxMessage): Promise<void>;
  /** Oldest first; `after` is the id of the last message already seen. */
  list(after: string | null, limit: number): Promise<readonly InboxMessage[]>;
  removeBefore(at: Instant): Promise<number>;
}

// ── the rest ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Where the worker is asked for something; whoever asks does not wait for it. */
export interface Queue {
  /** Asks the worker to look at an incident; may be lost, doubled or late. */
  nudge(id: IncidentId): Promise<void>;
  /** Asks the worker to send a test page to each contact of a person; what came of it is kept under the id. */
  testContacts(test: ContactTestRequest): Promise<void>;
  /** Asks the worker to look who came on call and went off; may be lost, doubled or late. */
  handoffs(): Promise<void>;
}

/** A wish for a test page to each contact of a person. */
export interface ContactTestRequest {
  readonly id: string;
  readonly person: string;
}

/** Amazon SNS as those see it who are subscribed to its topics. Addresses were judged before they come here; none is followed elsewhere. */
export interface Sns {
  /** The certificate at the address, PEM. Throws when it cannot be had. */
  certificate(url: string): Promise<string>;
  /** Confirms a subscription by asking for its address. Throws unless that succeeded. */
  confirm(url: string): Promise<void>;
}

/** A key that links are signed with. */
export interface SigningKey {
  /** 0 to 15. */
  readonly id: number;
  readonly key: Uint8Array;
}

/** What stands in no document and no stored incident. */
export interface Secrets {
  /** The first key signs, all verify. */
  signingKeys(): Promise<readonly SigningKey[]>;
  /** SHA-256 of the administrator's token, hex. */
  adminTokenHash(): Promise<string>;
  /** The secret that a document names as `secret:NAME`, as it is now; null: there is none. */
  named(name: string): Promise<string | null>;
}

/** Structured; no personal data, no user text. */
export interface Log {
  info(event: string, fields: Readonly<Record<string, string | number | boolean | null>>): void;
  error(event: string, fields: Readonly<Record<string, string | number | boolean | null>>, cause?: unknown): void;
  /** Our own illness: reaches the operator on a path that does not pass through Tocsin. */
  alarm(event: string, fields: Readonly<Record<string, string | number | boolean | null>>): void;
  /** A figure to be watched over time; `reason` stands beside it where one has several causes. */
  measure(name: Measure, value: number, reason?: string): void;
}

/** Latenesses are in seconds, hand-overs in milliseconds since the incident began, all others counts. */
export type Measure = 'StepLatenessSeconds' | 'HandOverMilliseconds' | 'WriteConflicts' | 'ExpiredLeases' | 'Refusals';

/** What taking signals and acts in needs of the world: it reads, writes and nudges, and sends nothing. */
export interface TakingPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly timers: Timers;
  readonly incidents: IncidentStore;
  readonly config: ConfigStore;
  readonly keys: KeyStore;
  readonly declined: DeclinedStore;
  readonly state: StateStore;
  readonly queue: Queue;
  readonly log: Log;
  /** Whether what happens to incidents is put on a bus. */
  readonly publishes: boolean;
  /** Leases taken before this real instant belong to a dead process and are void; 0 where several workers live side by side. */
  readonly leasesVoidBefore: Instant;
}

/** Everything the use cases need of the world. */
export interface Ports extends TakingPorts {
  readonly replies: ReplyStore;
  readonly bundles: BundleStore;
  readonly handoffs: HandoffStore;
  readonly transports: Transports;
  /** Null: what happens to incidents is put nowhere. */
  readonly bus: Bus | null;
  readonly secrets: Secrets;
  readonly sns: Sns;
}
