import { cut, oneLine, severalLines } from '../domain/display-text.ts';
import { localTime } from '../domain/local-time.ts';
import { safeLinks } from '../domain/safe-links.ts';
import { countOf, mostListed, restOf, servicesOf } from './bundle.ts';
import type { BundleContent, BundledPage, PageContent, PlainContent } from './channel.ts';
import { noService, noTitle, outcomeOf, reasonOf } from './wording.ts';

/** What an e-mail, in both its forms, and a chat message show, fit to be seen: foreign text is cut and without controls, but not yet escaped. */
export interface MessageView {
  readonly heading: string;
  /** Why it came, or what became of it. */
  readonly lead: string | null;
  readonly facts: readonly Fact[];
  readonly answer: { readonly words: string; readonly url: string | null; readonly code: string | null } | null;
  readonly description: string | null;
  readonly labels: readonly Fact[];
  readonly links: readonly { readonly href: string; readonly text: string }[];
  /** What a bundle holds, each with the way to answer it. */
  readonly pages?: { readonly listed: readonly { readonly url: string | null; readonly text: string }[]; readonly rest: string | null };
}

interface Fact {
  readonly name: string;
  readonly value: string;
}

const most = { title: 1024, description: 4000, name: 200, value: 500, labels: 50 };

const short = (text: string): string => cut(oneLine(text), most.name);

/** The view of a page, an outcome or a notice; only what asks for an answer shows how to give it. */
export function viewOf(content: PageContent): MessageView {
  const description = severalLines(content.description ?? '').trim();
  return {
    heading: cut(oneLine(content.title, noTitle), most.title),
    lead: leadOf(content, content.by),
    facts: factsOf(content),
    answer: answerOf(content),
    description: description === '' ? null : cut(description, most.description),
    labels: Object.entries(content.labels)
      .slice(0, most.labels)
      .map(([name, value]) => ({ name: short(name), value: cut(oneLine(value), most.value) })),
    links: safeLinks(content.links),
  };
}

/** The view that shows no word of the alarm. */
export function plainView(content: PlainContent): MessageView {
  return {
    heading: `Incident ${content.incidentId}`,
    lead: leadOf(content, null),
    facts: [
      { name: 'Severity', value: content.severity },
      ...(content.level === 0 ? [] : [{ name: 'Level', value: String(content.level) }]),
    ],
    answer: answerOf(content),
    description: null,
    labels: [],
    links: [],
  };
}

const pageLine = ({ severity, service, title }: BundledPage): string =>
  `[${severity.toUpperCase()}] ${short(service) === '' ? noService : short(service)}: ${cut(oneLine(title, noTitle), most.name)}`;

/** What a link does. */
export const answerWords = 'Acknowledge, resolve or escalate';

/** The view of a bundle: a link for all pages, and each with its own. */
export function bundleView(content: BundleContent): MessageView {
  const reason = reasonOf[content.purpose];
  return {
    heading: `${countOf(content)}: ${cut(oneLine(servicesOf(content), noService), most.title)}`,
    lead: reason === null ? null : sentence(reason),
    facts: [
      { name: 'Severity', value: content.severity },
      { name: 'Sent', value: localTime(content.at, content.zone) },
    ],
    answer: content.ackUrl === null ? null : { words: `${answerWords} all of them`, url: content.ackUrl, code: null },
    description: null,
    labels: [],
    links: [],
    pages: {
      listed: content.pages.slice(0, mostListed).map((page) => ({ url: page.ackUrl, text: pageLine(page) })),
      rest: restOf(content),
    },
  };
}

function leadOf(content: PlainContent, by: string | null): string | null {
  if (content.kind === 'outcome') return sentence(`${outcomeOf(content.purpose)}${by === null ? '' : ` by ${short(by)}`}`);
  const reason = reasonOf[content.purpose];
  return reason === null ? null : sentence(reason);
}

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;

function answerOf({ kind, ackUrl, code }: PlainContent): MessageView['answer'] {
  return kind === 'outcome' || (ackUrl === null && code === null) ? null : { words: answerWords, url: ackUrl, code };
}

function factsOf(content: PageContent): readonly Fact[] {
  if (content.purpose === 'handoff') return [{ name: 'Schedule', value: short(content.service) }];
  const facts: readonly (readonly [string, string | null])[] = [
    ['Reason', content.reason],
    ['Service', oneLine(content.service, noService)],
    ['Severity', content.severity],
    ['Since', localTime(content.createdAt, content.zone)],
    ['Level', content.level === 0 ? null : levelOf(content)],
    ['Source', content.source],
    ['Environment', content.environment],
    ['Occurrences', content.occurrences > 1 ? String(content.occurrences) : null],
    ['Incident', content.incidentId],
  ];
  return facts.flatMap(([name, value]) => (value === null || oneLine(value) === '' ? [] : [{ name, value: short(value) }]));
}

function levelOf({ level, levelLabel, cycle, repeat }: PageContent): string {
  const label = levelLabel === null ? '' : ` (${short(levelLabel)})`;
  return `${level}${label}${cycle === 0 ? '' : `, round ${cycle + 1}`}${repeat === 0 ? '' : `, repeat ${repeat}`}`;
}
