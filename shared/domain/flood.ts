import { rank, type Severity } from './severity.ts';
import { after, type Instant, type Seconds } from './time.ts';

/** Reminders of the catch-all may wait longer than other pages: each lane has its own rules and its own bundle. */
export type Lane = 'page' | 'reminder';

/** Who opened a bundle carries it; the others look so much later, and find it done. */
export const followersAfter: Seconds = 2;

/** So long before its time a reminder is made, and waits for those of other incidents. Where they come thick and fast it waits for none. */
export const gatheredFor = (reminder: Seconds): Seconds => (reminder < 2 * gathering ? 0 : gathering);
const gathering: Seconds = 60;

/** A message that took a place in the windows: one that left, or a bundle that will at that instant. */
interface Place {
  readonly at: Instant;
  readonly lane: Lane;
  /** Of the page; of a bundle that of its first. */
  readonly severity: Severity;
  /** The notification or the bundle that it is for: who asks again has its place already. */
  readonly holder: string;
}

/** A bundle that takes in more pages until it leaves. */
interface OpenBundle {
  readonly id: string;
  readonly sendAt: Instant;
}

/** What a contact was sent lately, and what is being gathered for it. Policy time. */
export interface Traffic {
  readonly places: readonly Place[];
  readonly open: Readonly<Record<Lane, OpenBundle | null>>;
}

/** A page that asks to be sent. */
interface Asking {
  readonly holder: string;
  readonly lane: Lane;
  readonly severity: Severity;
  readonly now: Instant;
  /** It has so long until its time. */
  readonly early: Seconds;
}

/** `alone` and `open` are true only once the traffic they come with is stored. */
type Admission =
  | { readonly kind: 'alone'; readonly traffic: Traffic }
  | { readonly kind: 'open'; readonly bundle: OpenBundle; readonly traffic: Traffic }
  | { readonly kind: 'join'; readonly bundle: OpenBundle };

interface Window {
  /** Whose messages count. */
  readonly lanes: readonly Lane[];
  readonly most: number;
  readonly within: Seconds;
}

const perMinute: Window = { lanes: ['page', 'reminder'], most: 3, within: 60 };
const windowsOf: Readonly<Record<Lane, readonly Window[]>> = {
  page: [perMinute],
  reminder: [perMinute, { lanes: ['reminder'], most: 1, within: 60 }, { lanes: ['reminder'], most: 3, within: 1800 }],
};
const remembered: Readonly<Record<Lane, Seconds>> = { page: 60, reminder: 1800 };

const nothingYet: Traffic = { places: [], open: { page: null, reminder: null } };

/** The first instant, not before its time, at which the windows allow one message more. */
function firstAllowed(places: readonly Place[], { lane, now, early }: Asking): Instant {
  let first = after(now, early);
  for (const { lanes, most, within } of windowsOf[lane]) {
    const instants = places.filter((one) => lanes.includes(one.lane)).map((one) => one.at);
    const bound = instants.sort((a, b) => b - a)[most - 1];
    if (bound !== undefined) first = Math.max(first, after(bound, within));
  }
  return first;
}

/** Nobody sleeps through the page that matters because of those that matter less: what is graver than all that came in this minute does not wait. */
const isGravest = (lately: readonly Place[], { lane, severity, now }: Asking): boolean =>
  lane === 'page' && lately.every((one) => one.at > now || after(one.at, perMinute.within) <= now || rank(severity) < rank(one.severity));

const isRemembered = ({ at, lane }: Place, now: Instant): boolean => after(at, remembered[lane]) > now;

/**
 * Whether a page may leave alone now, or waits in a bundle and in which. `newBundle` is the id of the bundle should one have to be opened: it takes
 * its place in the windows at once, so that it needs none when it leaves.
 */
export function admit(traffic: Traffic | null, asking: Asking, newBundle: string): Admission {
  const { holder, lane, severity, now } = asking;
  const { places, open } = traffic ?? nothingYet;
  const lately = places.filter((one) => isRemembered(one, now));
  const others = lately.filter((one) => one.holder !== holder);
  const taken = (at: Instant, by: string): readonly Place[] => [...others, { at, lane, severity, holder: by }];
  const current: Traffic['open'] = {
    page: open.page !== null && open.page.sendAt > now ? open.page : null,
    reminder: open.reminder !== null && open.reminder.sendAt > now ? open.reminder : null,
  };
  if (others.length < lately.length || isGravest(lately, asking))
    return { kind: 'alone', traffic: { places: taken(now, holder), open: current } };
  const bundle = current[lane];
  if (bundle !== null) return { kind: 'join', bundle };
  const sendAt = firstAllowed(lately, asking);
  if (sendAt <= now) return { kind: 'alone', traffic: { places: taken(now, holder), open: current } };
  const opened = { id: newBundle, sendAt };
  return { kind: 'open', bundle: opened, traffic: { places: taken(sendAt, newBundle), open: { ...current, [lane]: opened } } };
}

/** From this instant on the traffic says nothing any more: it is as if the contact had never been sent anything. */
export function quietAt({ places }: Traffic): Instant {
  let quiet: Instant = 0;
  for (const { at, lane } of places) quiet = Math.max(quiet, after(at, remembered[lane]));
  return quiet;
}
