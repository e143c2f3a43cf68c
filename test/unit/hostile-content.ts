import type { Channel, PageContent } from '../../shared/channels/channel.ts';
import hostile from '../hostile-strings.json' with { type: 'json' };
import { content } from './channels-content.ts';

// One with the level, one with a reason, one outcome: the others differ in fixed words only.
export const purposes = ['level', 'exhausted', 'resolved'] as const;

type Purpose = (typeof purposes)[number];

export const kindOf = (purpose: Purpose): PageContent['kind'] => (purpose === 'resolved' ? 'outcome' : 'page');

/** The same text in each field that comes from outside, and in all of them at once. */
function inEveryField(text: string): readonly (readonly [string, Partial<PageContent>])[] {
  const fields: readonly (readonly [string, Partial<PageContent>])[] = [
    ['title', { title: text }],
    ['service', { service: text }],
    ['description', { description: text }],
    ['source', { source: text }],
    ['environment', { environment: text }],
    ['level label', { levelLabel: text }],
    ['label name', { labels: Object.fromEntries([[text, 'value']]) }],
    ['label value', { labels: { name: text } }],
    ['link text', { links: [{ href: 'https://ok.example/', text }] }],
    ['link', { links: [{ href: text, text: 'Dashboard' }] }],
    ['link path', { links: [{ href: `https://ok.example/${text}`, text: null }] }],
    ['name of the receiver', { personName: text }],
    ['name of who acted', { by: text }],
    ['reason', { reason: text }],
    ['zone', { zone: text }],
    [
      'incident',
      { incident: () => ({ id: 'abcdefghijklmnopqrstuvwxya-3', title: text, labels: { [text]: text }, details: { [text]: [text] } }) },
    ],
  ];
  return [...fields, ['every field', Object.assign({}, ...fields.map(([, change]) => change)) as Partial<PageContent>]];
}

interface Hostile {
  readonly field: string;
  readonly text: string;
  readonly content: PageContent;
}

/** The whole corpus, in every field. */
export const hostileContents = (purpose: Purpose): readonly Hostile[] =>
  hostile.flatMap((text) =>
    inEveryField(text).map(([field, change]) => ({
      field,
      text,
      content: content({ purpose, kind: kindOf(purpose), by: 'Ana', ...change }),
    })),
  );

/** The channels that make no message, or no well-formed one, of some of these; each named with the field and the text. */
export function notRendered(channels: ReadonlyMap<string, Pick<Channel, 'render'>>, all: readonly Hostile[]): readonly string[] {
  const isMade = (channel: Pick<Channel, 'render'>, one: PageContent): boolean => {
    try {
      const { text, html } = channel.render(one);
      return text.trim() !== '' && text.isWellFormed() && (html ?? '').isWellFormed();
    } catch {
      return false;
    }
  };
  return [...channels].flatMap(([name, channel]) =>
    all.filter((one) => !isMade(channel, one.content)).map(({ field, text }) => `${name}: ${field} ${text.slice(0, 40)}`),
  );
}
