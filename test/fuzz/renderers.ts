import fc from 'fast-check';
import { inboxPage } from '../../local/inbox-page.ts';
import { allDoneReply, type NotDone } from '../../shared/channels/bundle-reply-texts.ts';
import { renderBundle } from '../../shared/channels/bundle.ts';
import type { BundleContent, PageContent, Rendered } from '../../shared/channels/channel.ts';
import { channels } from '../../shared/channels/registry.ts';
import * as replies from '../../shared/channels/reply-texts.ts';
import type { RefusalCode } from '../../shared/domain/commands.ts';
import type { Purpose } from '../../shared/domain/notification.ts';
import { severities } from '../../shared/domain/severity.ts';
import { ackPage, messagePage, type AckPageModel, type Pressed, type Standing } from '../../shared/http/ack-page.ts';
import { bundlePage } from '../../shared/http/bundle-page.ts';
import { ackUrl } from '../unit/channels-content.ts';
import { tagsOf } from '../unit/html-tags.ts';
import { segments } from '../unit/sms-septets.ts';
import { family, type Family } from './family.ts';
import { anyText } from './inputs.ts';

// As much as is kept of a field; of texts that are handed on uncut, more.
const line = anyText(1024);
const several = anyText(16 * 1024);
const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { freq: 3 });
const instant = fc.oneof(fc.integer({ min: 0, max: 4_102_444_800_000 }), fc.constantFrom(0, 8.64e15));
const zone = fc.oneof(fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Apia'), line);
const severity = fc.constantFrom(...severities);
const url = fc.constantFrom(null, ackUrl);
const code = fc.constantFrom(null, '4821', '482113');
const purpose = fc.constantFrom<Purpose>(
  ...(['level', 'reassigned', 'acknowledgementTimedOut', 'exhausted', 'limit', 'nobodyReached', 'reminder'] as const),
  ...(['acknowledged', 'resolved', 'cancelled', 'failed', 'test'] as const),
);
const labels = fc
  .tuple(fc.array(fc.tuple(anyText(255), line), { minLength: 1, maxLength: 6 }), fc.constantFrom(1, 1, 1, 12))
  .map(([some, times]): Readonly<Record<string, string>> =>
    Object.fromEntries(
      Array.from({ length: times }, (_, n) =>
        some.map(([name, value]): readonly [string, string] => [n === 0 ? name : `${name}${n}`, value]),
      ).flat(),
    ),
  );
const href = fc.oneof(
  line,
  line.map((text) => `https://ok.example/${text}`),
);
const links = fc.array(fc.record({ href, text: orNull(line) }), { maxLength: 5 });

const page: fc.Arbitrary<PageContent> = fc.record({
  ...{
    kind: fc.constantFrom('page' as const, 'outcome' as const, 'notice' as const),
    purpose: fc.oneof({ weight: 12, arbitrary: purpose }, { weight: 1, arbitrary: fc.constant('handoff' as const) }),
    severity,
    code,
    ackUrl: url,
    zone,
    labels,
    links,
  },
  ...{ level: fc.nat({ max: 50 }), cycle: fc.nat({ max: 50 }), repeat: fc.nat({ max: 50 }), occurrences: fc.nat({ max: 1e6 }) },
  ...{ at: instant, createdAt: instant, service: line, title: line, personName: line, by: orNull(line), levelLabel: orNull(line) },
  ...{ description: orNull(several), source: orNull(line), environment: orNull(line), reason: orNull(several) },
  ...{ incidentId: fc.constant('abcdefghijklmnopqrstuvwxya-3'), notificationId: fc.constant('abcdefghijklmnopqrstuvwxya-3-1') },
  incident: orNull(fc.tuple(line, several)).map((told) => () => {
    if (told === null) return null;
    const [title, description] = told;
    return { title, description, labels: { [title]: title } };
  }),
});

const bundled = fc.record({ severity, service: line, title: line, ackUrl: url, incidentId: fc.constant('abcdefghijklmnopqrstuvwxya-3') });
const bundle: fc.Arbitrary<BundleContent> = fc
  .record({
    ...{
      id: fc.constant('b1'),
      purpose,
      severity,
      at: instant,
      zone,
      personName: line,
      ackUrl: url,
      code,
      count: fc.nat({ max: 100_000 }),
    },
    services: fc.array(fc.record({ name: line, count: fc.nat({ max: 1000 }) }), { maxLength: 8 }),
    pages: fc.array(bundled, { minLength: 1, maxLength: 4 }),
    times: fc.constantFrom(1, 1, 1, 1, 130),
  })
  .map(({ times, ...content }) => ({ ...content, pages: Array.from({ length: times }, () => content.pages).flat() }));

function wrongIn(channel: string, { subject, text, html }: Rendered): readonly string[] {
  const wrong: readonly (readonly [boolean, string])[] = [
    [text.trim() === '' || !text.isWellFormed(), 'no text, or not well-formed'],
    [html?.isWellFormed() === false, 'HTML that is not well-formed'],
    [subject !== null && (/[\r\n]/.test(subject) || subject.length > 200), 'a bad subject'],
    [channel === 'sms' && segments(text) > 2, 'more than two segments'],
    [/<(?:script|img|svg|iframe|form|meta http)/i.test(html ?? ''), 'foreign markup'],
  ];
  return wrong.filter(([holds]) => holds).map(([, what]) => what);
}

const ofChannels = [...channels].flatMap(([name, channel]) => [
  family(`${name}: a page`, page, (content) => [...wrongIn(name, channel.render(content)), ...wrongIn(name, channel.plain(content))], 0.7),
  family(`${name}: a bundle`, bundle, (content) => wrongIn(name, renderBundle(channel, content)), 0.3),
]);

const act = fc.record({ by: line, at: instant });
const refusal = fc.constantFrom<RefusalCode>(
  ...(['already-acknowledged', 'already-resolved', 'already-cancelled', 'already-ended', 'no-further-level', 'not-open'] as const),
);
const action = fc.constantFrom('acknowledge' as const, 'resolve' as const, 'escalate' as const);
const standing: fc.Arbitrary<Standing> = fc.oneof(
  fc.record({ state: fc.constant('ended' as const), reopened: fc.boolean() }),
  fc.record({ state: fc.constant('open' as const), noted: orNull(fc.record({ by: line, at: instant })), reopened: fc.boolean() }),
  fc.record({ state: fc.constantFrom('acknowledged' as const, 'resolved' as const, 'cancelled' as const), by: line, at: instant }),
);
const pressed: fc.Arbitrary<Pressed> = fc.oneof(
  fc.record({ kind: fc.constant('done' as const), action }),
  fc.record({ kind: fc.constantFrom('asked-before' as const, 'moved-on' as const) }),
  fc.record({ kind: fc.constant('refused' as const), code: refusal, act: orNull(act) }),
);
const model: fc.Arbitrary<AckPageModel> = fc.record({
  ...{ title: line, service: line, severity, createdAt: instant, zone, personName: line, standing, pressed: orNull(pressed) },
  told: fc.array(line, { maxLength: 5 }).chain((names) => fc.constantFrom(names, Array.from({ length: 100 }, () => names).flat())),
  ...{
    level: fc.nat({ max: 50 }),
    levelLabel: orNull(line),
    incidentId: fc.constant('abcdefghijklmnopqrstuvwxya-3'),
    ...{ source: orNull(line), description: orNull(several), links, snoozedUntil: orNull(instant) },
    supersededBy: orNull(fc.constant('abcdefghijklmnopqrstuvwxya-4')),
  },
});

const knownTags =
  /^(?:!doctype|\/?(?:html|head|meta|title|style|body|main|p|span|bdi|h1|h2|form|button|dl|dt|dd|a))(?: (?:html|lang|charset|name|content|class|dir|method|value|role|href|rel))*$/;
const wrongInPage = (markup: string): readonly string[] => [
  ...(markup.isWellFormed() ? [] : ['a page that is not well-formed']),
  ...tagsOf(markup).filter((tag) => !knownTags.test(tag)),
];

const pages = [
  family('the page behind an acknowledgement link', model, (one) => wrongInPage(ackPage(one))),
  family(
    'the page behind the link of several pages',
    fc.record({
      listed: fc.array(fc.record({ severity, service: line, title: line, standing }), { maxLength: 5 }),
      rest: fc.nat({ max: 9 }),
      zone,
    }),
    ({ listed, rest, zone: where }) => wrongInPage(bundlePage({ count: listed.length + rest, listed, zone: where, pressed: null })),
  ),
  family(
    'the page instead of it',
    fc.tuple(fc.constantFrom('forged' as const, 'expired' as const, 'unavailable' as const), orNull(action)),
    ([what, retry]) => wrongInPage(messagePage(what, retry)),
  ),
  family(
    'the inbox page',
    line,
    (command) => {
      const served = Object.values(inboxPage(command)).map((part) => part());
      return served.every(({ status }) => status === 200) ? [] : ['a part that is not there'];
    },
    0.1,
  ),
];

const answered = fc.record({ service: line, title: line });
const notDone = fc.array(
  fc.tuple(
    fc.oneof(refusal, fc.constantFrom('asked-before' as const, 'moved-on' as const, 'gone' as const, 'not-saved' as const)),
    fc.nat({ max: 1e6 }),
  ),
  { maxLength: 10 },
);

const texts = [
  family(
    'a reply to an answer by SMS',
    fc.record({ page: answered, refused: refusal, who: orNull(act), zone }),
    ({ page: one, refused, who, zone: where }) => {
      const all = [
        ...[replies.resolvedReply, replies.escalatedReply, replies.escalatedBeforeReply, replies.movedOnReply].map((say) => say(one)),
        replies.acknowledgedReply(one, '482113'),
        replies.refusedReply(one, refused, who, where, 'escalate'),
      ];
      return all.filter((text) => segments(text) > 1 || /[\r\n]/.test(text));
    },
  ),
  family('the list of open pages', fc.tuple(fc.array(answered, { maxLength: 6 }), fc.constantFrom(1, 1, 1, 500)), ([some, times]) => {
    const listed = Array.from({ length: times }, () => some).flat();
    const text = replies.openPagesReply(listed.map((one) => ({ ...one, code: '482113' })));
    return segments(text) > 2 ? [text] : [];
  }),
  family('a reply to an answer to a bundle', fc.tuple(action, fc.nat({ max: 1e6 }), notDone), ([what, count, rest]) => {
    const text = allDoneReply(what, count, new Map<NotDone, number>(rest), '482113');
    return text.trim() === '' ? ['no text'] : [];
  }),
];

/** Everything that makes what people see. */
export const renderers: readonly Family[] = [...ofChannels, ...pages, ...texts];
