import type * as z from 'zod/mini';
import type { Link } from '../domain/incident.ts';
import type { NotificationKind, Purpose } from '../domain/notification.ts';
import type { Severity } from '../domain/severity.ts';
import type { Instant } from '../domain/time.ts';
import type { MessageContext, SendResult, Transports } from '../ports.ts';

/** Why a message was made. Notices of handoffs are about no incident, and so never stand in the record of one. */
export type MessagePurpose = Purpose | 'handoff';

/** What a message can be made of when the words of the alarm cannot be used: nothing in it comes from a sender. */
export interface PlainContent {
  readonly kind: NotificationKind;
  readonly purpose: MessagePurpose;
  readonly severity: Severity;
  /** 1 is the first; 0: no level has fired. */
  readonly level: number;
  readonly incidentId: string;
  /** When the message was made, policy time; a further try to send it has the same. */
  readonly at: Instant;
  /** Null: answering by link is not possible. */
  readonly ackUrl: string | null;
  /** Null: answering by SMS is not possible. */
  readonly code: string | null;
}

/** Everything a channel may show. Texts are as the sender or the configuration gave them: a channel makes them fit to be seen. */
export interface PageContent extends PlainContent {
  /** Its name, or its id. */
  readonly service: string;
  readonly title: string;
  readonly levelLabel: string | null;
  /** 0 is the first round. */
  readonly cycle: number;
  /** Repeats of the level before this one. */
  readonly repeat: number;
  readonly description: string | null;
  readonly source: string | null;
  readonly environment: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly links: readonly Link[];
  readonly createdAt: Instant;
  /** The receiver's. */
  readonly zone: string;
  readonly personName: string;
  /** The name of who acted, for an outcome. */
  readonly by: string | null;
  /** Why it was cancelled, in the words of who did, for the outcome that says so. */
  readonly reason: string | null;
  /** 1: it came once. */
  readonly occurrences: number;
  readonly notificationId: string;
  /** The incident as `GET /v1/incidents/{id}` shows it, as far as a page knows it; null: the message is about none. */
  readonly incident: () => object | null;
}

/** A page within a bundle. */
export interface BundledPage {
  readonly severity: Severity;
  /** Its name, or its id. */
  readonly service: string;
  readonly title: string;
  readonly incidentId: string;
  readonly ackUrl: string | null;
}

/** Several pages to one contact as one message. Texts are as the sender or the configuration gave them. */
export interface BundleContent {
  readonly id: string;
  /** Why all of them came. */
  readonly purpose: Purpose;
  /** The highest among them. */
  readonly severity: Severity;
  /** How many pages there are. */
  readonly count: number;
  /** How many of them each service has: most severe first, then most pages. */
  readonly services: readonly { readonly name: string; readonly count: number }[];
  /** Most severe first; of very many not all. */
  readonly pages: readonly BundledPage[];
  readonly at: Instant;
  /** The receiver's. */
  readonly zone: string;
  readonly personName: string;
  /** The link that answers all of them; null: answering by link is not possible. */
  readonly ackUrl: string | null;
  /** The code that does; null: answering by SMS is not possible. */
  readonly code: string | null;
}

/** A finished message: what the receiver will see, and the way to hand it over. */
export interface Rendered {
  readonly subject: string | null;
  readonly text: string;
  readonly html: string | null;
  /** Hands the message to the provider. An expected failure is a result; a throw counts as transient. */
  send(to: string, transports: Transports, about: MessageContext): Promise<SendResult>;
}

/** One way to reach somebody. A new one is a file like `sms.ts`, a line in `registry.ts`, and its entry in `needs.ts`. */
export interface Channel {
  readonly name: string;
  /** What a contact may name as its address. The first issue is what people read; a custom one can bring its error code as `params.code`. */
  readonly address: z.ZodMiniType<string>;
  /** What an address may also be where messages may go to the very machine Tocsin runs on. */
  readonly addressOnLoopback?: z.ZodMiniType<string>;
  /** Pure; any text makes a message. Should it throw all the same, `plain` is sent. */
  render(content: PageContent): Rendered;
  /** Pure; any text makes a message. A channel without it shows a bundle as a page that lists the others. */
  renderBundle?(content: BundleContent): Rendered;
  /** False: pages leave one by one however many there are, because no person reads them. */
  readonly bundles?: false;
  /** The message without any foreign text. */
  plain(content: PlainContent): Rendered;
}
