import type { RefusalCode } from '../domain/commands.ts';
import { cut, oneLine, severalLines } from '../domain/display-text.ts';
import type { Html } from './html.ts';
import { html } from './html.ts';
import { localTime } from '../domain/local-time.ts';
import { safeLinks } from '../domain/safe-links.ts';
import type { Severity } from '../domain/severity.ts';
import type { Link } from '../domain/signal.ts';
import type { ReplyAction } from '../domain/sms-reply.ts';
import type { Instant } from '../domain/time.ts';
import { shell } from './page-shell.ts';

/** Who did something, by the name people know, and when. */
export interface DisplayedAct {
  readonly by: string;
  readonly at: Instant;
}

/**
 * How things stand, as far as it decides what can be done. `ended`: given up by time or fault, and still nobody's. `noted`: an acknowledgement that did
 * not stop the levels. `reopened`: one ran out, or gave way.
 */
export type Standing =
  | { readonly state: 'open'; readonly noted: DisplayedAct | null; readonly reopened: boolean }
  | { readonly state: 'ended'; readonly reopened: boolean }
  | ({ readonly state: 'acknowledged' | 'resolved' | 'cancelled' } & DisplayedAct);

/** What came of pressing a button. */
export type Pressed =
  | { readonly kind: 'done'; readonly action: ReplyAction }
  /** Asking for the next level found it asked for, or the incident elsewhere. */
  | { readonly kind: 'asked-before' | 'moved-on' }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly act: DisplayedAct | null };

export interface AckPageModel {
  readonly title: string;
  /** Its name, or its id. */
  readonly service: string;
  readonly severity: Severity;
  readonly createdAt: Instant;
  /** Of the person the link was sent to. */
  readonly zone: string;
  readonly personName: string;
  /** Names of those who were told. */
  readonly told: readonly string[];
  /** 1 is the first; 0: nobody has been told yet. */
  readonly level: number;
  readonly levelLabel: string | null;
  readonly standing: Standing;
  readonly incidentId: string;
  readonly source: string | null;
  readonly description: string | null;
  readonly links: readonly Link[];
  /** Null: it is not snoozed. */
  readonly snoozedUntil: Instant | null;
  /** Id of the newer incident under the same key, which this link does not act on. */
  readonly supersededBy: string | null;
  /** Null: the page was only looked at. */
  readonly pressed: Pressed | null;
}

const most = { heading: 160, title: 1024, name: 100, told: 50, description: 4000 };

/** As much of a name as a page shows. */
export const name = (text: string): string => cut(oneLine(text, '(no name)'), most.name);
/** As much of a title. */
export const line = (text: string): string => cut(oneLine(text, '(no title)'), most.title);

/** The page behind an ack link. Looking at it changes nothing; its buttons post `action` to the same address. */
export function ackPage(model: AckPageModel): string {
  const title = line(model.title);
  const heading = cut(title, most.heading);
  return shell(
    `${stateWord(model.standing)}: ${heading}`,
    html`${model.pressed === null ? null : pressedNotice(model.pressed, model)}
      <p><span class="severity ${model.severity}">${model.severity.toUpperCase()}</span> <bdi>${name(model.service)}</bdi></p>
      <h1 dir="auto">${heading}</h1>
      <p dir="auto">${standingLine(model.standing, model.zone)}</p>
      ${snoozedLine(model)} ${supersededLine(model)} ${buttons(actionsFor(model.standing))}
      ${details(model, heading === title ? null : title)}`,
  );
}

/** The page instead, when the link cannot be followed (`forged` 404, `expired` 410) or nothing could be saved (`unavailable` 503; `retry` is the button pressed). */
export function messagePage(what: 'forged' | 'expired' | 'unavailable', retry: ReplyAction | null = null): string {
  const { heading, text } = messages[what];
  return shell(
    heading,
    html`<h1>${heading}</h1>
      <p>${text}</p>
      ${what === 'unavailable' && retry !== null ? html`<form method="post">${button(retry, 'Try again', true)}</form>` : null}`,
  );
}

const messages = {
  forged: {
    heading: 'This link is not valid',
    text: 'Nothing was changed. Open the link as it stands in the message, without anything added or cut off.',
  },
  expired: {
    heading: 'This link has expired',
    text: 'Nothing was changed. Links are valid for seven days; use a newer message about the incident.',
  },
  unavailable: {
    heading: 'This could not be saved',
    text: 'Nothing was changed. Try again in a moment, or reply by SMS with the code in your message.',
  },
} as const;

/** How it stands, in a word or two. */
export function stateWord(standing: Standing): string {
  const { state } = standing;
  if (state === 'ended') return standing.reopened ? 'Not resolved' : 'Not answered';
  return `${state.charAt(0).toUpperCase()}${state.slice(1)}`;
}

function openLine({ noted, reopened }: Extract<Standing, { state: 'open' }>, zone: string): string {
  if (noted)
    return `Open. Acknowledged by ${name(noted.by)}, ${localTime(noted.at, zone)}. The levels after this one are told all the same.`;
  return reopened
    ? 'Open again. It was acknowledged before, and nobody has acknowledged it since.'
    : 'Open. Nobody has acknowledged it yet.';
}

function standingLine(standing: Standing, zone: string): string {
  switch (standing.state) {
    case 'open':
      return openLine(standing, zone);
    case 'ended':
      return standing.reopened
        ? 'Escalation is over. It was acknowledged before, and nobody has acknowledged it since. It may still need you.'
        : 'Escalation is over and nobody has acknowledged it. It may still need you.';
    case 'acknowledged':
    case 'resolved':
    case 'cancelled':
      return `${stateWord(standing)} by ${name(standing.by)}, ${localTime(standing.at, zone)}.`;
    default:
      return standing satisfies never;
  }
}

/** What can be done, the likeliest first. */
export function actionsFor({ state }: Standing): readonly ReplyAction[] {
  switch (state) {
    case 'open':
    case 'ended':
      return ['acknowledge', 'resolve', 'escalate'];
    case 'acknowledged':
      return ['resolve'];
    case 'resolved':
    case 'cancelled':
      return [];
    default:
      return state satisfies never;
  }
}

const labels: Readonly<Record<ReplyAction, string>> = {
  acknowledge: 'Acknowledge',
  resolve: 'Resolve',
  escalate: 'Escalate to the next level',
};

const buttons = (actions: readonly ReplyAction[]): Html | null =>
  actions.length === 0
    ? null
    : html`<form method="post">${actions.map((action, index) => button(action, labels[action], index === 0))}</form>`;

/** A button that posts the action; the first is the one that stands out. */
export const button = (action: ReplyAction, label: string, first: boolean): Html =>
  html`<button class="${first ? 'first' : 'other'}" name="action" value="${action}">${label}</button>`;

function pressedNotice(pressed: Pressed, model: AckPageModel): Html {
  switch (pressed.kind) {
    case 'done':
      return done(doneWords(pressed.action, name(model.personName)));
    case 'asked-before':
      return done('Already escalated. The next level is being told.');
    case 'moved-on':
      return done('Nothing was changed: it has already moved on from the level of this message.');
    case 'refused': {
      const who = pressed.act === null ? '' : ` by ${name(pressed.act.by)}, ${localTime(pressed.act.at, model.zone)}`;
      return html`<p class="notice refused" role="alert" dir="auto">Nothing was changed: ${refusalWords(pressed.code)}${who}.</p>`;
    }
    default:
      return pressed satisfies never;
  }
}

const done = (words: string): Html => html`<p class="notice done" role="status" dir="auto">${words}</p>`;

function doneWords(action: ReplyAction, person: string): string {
  switch (action) {
    case 'acknowledge':
      return `Acknowledged. You are on it, ${person}.`;
    case 'resolve':
      return `Resolved. Thank you, ${person}.`;
    case 'escalate':
      return 'Escalated. The next level is being told.';
    default:
      return action satisfies never;
  }
}

function refusalWords(code: RefusalCode): string {
  switch (code) {
    case 'already-acknowledged':
      return 'it is already acknowledged';
    case 'already-resolved':
      return 'it is already resolved';
    case 'already-cancelled':
      return 'it was cancelled';
    case 'already-ended':
      return 'it is already over';
    case 'no-further-level':
      return 'there is no further level to escalate to';
    case 'not-open':
      return 'it is no longer open';
    default:
      return code satisfies never;
  }
}

const snoozedLine = ({ snoozedUntil, zone }: AckPageModel): Html | null =>
  snoozedUntil === null ? null : html`<p dir="auto">Snoozed until ${localTime(snoozedUntil, zone)}: nobody is told before.</p>`;

const supersededLine = ({ supersededBy }: AckPageModel): Html | null =>
  supersededBy === null
    ? null
    : html`<p>
        The problem came back: a newer incident, <bdi>${supersededBy}</bdi>, has taken the place of this one. This link acts on the old one
        alone; use the newer message.
      </p>`;

function details(model: AckPageModel, wholeTitle: string | null): Html {
  const label = model.levelLabel === null ? '' : ` (${name(model.levelLabel)})`;
  const facts: readonly (readonly [string, string | null])[] = [
    ['Title', wholeTitle],
    ['Since', localTime(model.createdAt, model.zone)],
    ['Who was told', toldNames(model.told)],
    ['Level', model.level === 0 ? 'No level has fired yet' : `${model.level}${label}`],
    ['Source', oneLine(model.source ?? '') === '' ? null : name(model.source ?? '')],
    ['Incident', model.incidentId],
  ];
  return html`<h2>Details</h2>
    <dl>
      ${facts.map(([term, value]) =>
        value === null
          ? html``
          : html`<dt>${term}</dt>
              <dd dir="auto">${value}</dd>`,
      )}
    </dl>
    ${about(model)}`;
}

/** What the sender says of the problem: an SMS has no room for it. */
function about({ description, links }: AckPageModel): Html {
  const text = cut(severalLines(description ?? '').trim(), most.description);
  const known = safeLinks(links);
  return html`${
    text === ''
      ? null
      : html`<h2>Description</h2>
          <p class="lines" dir="auto">${text}</p>`
  }${
    known.length === 0
      ? null
      : html`<h2>Links</h2>
          ${known.map((link) => html`<p><bdi>${link.text}</bdi> <a href="${link.href}" rel="noreferrer noopener nofollow">${link.href}</a></p>`)}`
  }`;
}

function toldNames(told: readonly string[]): string {
  if (told.length === 0) return 'Nobody yet';
  const more = told.length > most.told ? `, and ${told.length - most.told} more` : '';
  return `${told.slice(0, most.told).map(name).join(', ')}${more}`;
}
