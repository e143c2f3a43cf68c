import { localTime } from '../domain/local-time.ts';
import type { Severity } from '../domain/severity.ts';
import type { ReplyAction } from '../domain/sms-reply.ts';
import { actionsFor, button, line, name, stateWord, type Standing } from './ack-page.ts';
import { html, type Html } from './html.ts';
import { shell } from './page-shell.ts';

/** So many of the pages are shown; the buttons are for all. */
export const mostListed = 50;

/** One of several pages. */
export interface ListedPage {
  readonly severity: Severity;
  /** Its name, or its id. */
  readonly service: string;
  readonly title: string;
  readonly standing: Standing;
}

/** What came of pressing a button. */
export interface AllPressed {
  readonly text: string;
  /** Something was changed. */
  readonly done: boolean;
}

interface BundlePageModel {
  /** How many pages the message stood for. */
  readonly count: number;
  /** The first of them. */
  readonly listed: readonly ListedPage[];
  /** Of the person the link was sent to. */
  readonly zone: string;
  /** Null: the page was only looked at. */
  readonly pressed: AllPressed | null;
}

/** The page behind the link of a message that stands for several pages. Its buttons post `action` to the same address, and act on all of them. */
export function bundlePage({ count, listed, zone, pressed }: BundlePageModel): string {
  const rest = count - listed.length;
  const heading = `${count} pages`;
  return shell(
    heading,
    html`${pressed === null ? null : notice(pressed)}
      <h1>${heading}</h1>
      <p>${summary(listed, rest)}</p>
      ${buttons(rest > 0 ? everyAction : actionsForSome(listed))}
      <h2>Pages</h2>
      <dl>${listed.map((page) => listedPage(page, zone))}</dl>
      ${rest > 0 ? html`<p>and ${rest} more</p>` : null}`,
  );
}

const everyAction: readonly ReplyAction[] = ['acknowledge', 'resolve', 'escalate'];

/** What is still possible for one of them at least. */
const actionsForSome = (listed: readonly ListedPage[]): readonly ReplyAction[] =>
  everyAction.filter((action) => listed.some(({ standing }) => actionsFor(standing).includes(action)));

const labels: Readonly<Record<ReplyAction, string>> = {
  acknowledge: 'Acknowledge all',
  resolve: 'Resolve all',
  escalate: 'Escalate all to the next level',
};

const buttons = (actions: readonly ReplyAction[]): Html | null =>
  actions.length === 0
    ? null
    : html`<form method="post">${actions.map((action, index) => button(action, labels[action], index === 0))}</form>`;

const notice = ({ text, done }: AllPressed): Html =>
  done ? html`<p class="notice done" role="status">${text}</p>` : html`<p class="notice refused" role="alert">${text}</p>`;

function summary(listed: readonly ListedPage[], rest: number): string {
  const waiting = listed.filter(({ standing: { state } }) => state === 'open' || state === 'ended').length;
  if (rest > 0) return `Of the first ${listed.length}, ${waiting} wait for somebody.`;
  return waiting === 0 ? 'None of them waits for anybody.' : `${waiting} of them wait${waiting === 1 ? 's' : ''} for somebody.`;
}

const listedPage = ({ severity, service, title, standing }: ListedPage, zone: string): Html =>
  html`<dt><span class="severity ${severity}">${severity.toUpperCase()}</span> <bdi>${name(service)}</bdi></dt>
    <dd dir="auto">${line(title)}</dd>
    <dd dir="auto">${standingIn(standing, zone)}</dd>`;

const standingIn = (standing: Standing, zone: string): string =>
  'by' in standing ? `${stateWord(standing)} by ${name(standing.by)}, ${localTime(standing.at, zone)}` : stateWord(standing);
