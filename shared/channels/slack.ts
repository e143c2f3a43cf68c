import { cut, oneLine } from '../domain/display-text.ts';
import { webhookAddress } from '../schema/webhook-address.ts';
import { restOf } from './bundle.ts';
import type { BundleContent, Channel, Rendered } from './channel.ts';
import { bundleHeadline, headline, plainHeadline } from './headline.ts';
import { answerWords, bundleView, plainView, viewOf, type MessageView } from './message-view.ts';
import { cutEscaped, literal } from './slack-text.ts';
import { noService, noTitle } from './wording.ts';

const most = { description: 1000, labels: 10, links: 5, href: 500 };
// What Slack takes as the text of one block, and leaves whole as the text of a message.
const longest = { block: 3000, text: 4000 };

const withoutMarkup = { mrkdwn: false, parse: 'none', link_names: false, unfurl_links: false, unfurl_media: false };

/** A message to an incoming webhook of Slack, or of a chat that takes the same. */
export const slackChannel: Channel = {
  name: 'slack',
  address: webhookAddress({ loopback: false }),
  addressOnLoopback: webhookAddress({ loopback: true }),
  render: (content) => message(headline(content), viewOf(content)),
  plain: (content) => message(plainHeadline(content), plainView(content)),
  renderBundle: (content) => bundleMessage(content),
};

function message(first: string, view: MessageView): Rendered {
  const { words = '', url = null } = view.answer ?? {};
  const parts = partsOf(view);
  const text = [first, ...(url === null ? [] : [`${words}: ${url}`]), ...parts].join('\n\n');
  const link = url === null ? [] : [linkTo(url, words)];
  const body = JSON.stringify({
    // What notifications show, and chats that know no blocks.
    text: cutEscaped([literal(first), ...link, ...parts.map(literal)].join('\n\n'), longest.text),
    blocks: [plainBlock(first), ...link.map(linkBlock), ...parts.map(plainBlock)],
    ...withoutMarkup,
  });
  return { subject: null, text, html: null, send: (to, transports, about) => transports.slack({ to, text, body, about }) };
}

/** A room reads some twenty lines; Slack takes fifty blocks, and two are needed for each page. */
const mostInBundle = 20;
const longestLine = 200;

/** Several pages in one message: a link for all and one for each, whole lines only, and how many it does not name. */
function bundleMessage(content: BundleContent): Rendered {
  const pages = content.pages.slice(0, mostInBundle).map(({ severity, service, title, ackUrl }) => ({
    line: cut(`[${severity.toUpperCase()}] ${oneLine(service, noService)}: ${oneLine(title, noTitle)}`, longestLine),
    url: ackUrl,
  }));
  const rest = restOf({ ...content, pages: content.pages.slice(0, mostInBundle) });
  const more = rest === null ? [] : [rest];
  const first = bundleHeadline(content);
  const { words = '', url: all = null } = bundleView(content).answer ?? {};
  const each = pages.map(({ line, url }) => (url === null ? line : `${line}\n  ${url}`));
  const text = [first, ...(all === null ? [] : [`${words}: ${all}`]), ...each, ...more].join('\n');
  const link = all === null ? [] : [linkTo(all, words)];
  const body = JSON.stringify({
    text: cutEscaped([literal(first), ...link, ...[...pages.map(({ line }) => line), ...more].map(literal)].join('\n'), longest.text),
    blocks: [
      plainBlock(first),
      ...link.map(linkBlock),
      ...pages.flatMap(({ line, url }) => [plainBlock(line), ...(url === null ? [] : [linkBlock(linkTo(url, answerWords))])]),
      ...more.map(plainBlock),
    ],
    ...withoutMarkup,
  });
  return { subject: null, text, html: null, send: (to, transports, about) => transports.slack({ to, text, body, about }) };
}

/** Text that Slack shows as it is: no markup, no names of emoji, no mentions. */
const plainBlock = (text: string) => ({
  type: 'section',
  text: { type: 'plain_text', text: cutEscaped(literal(text), longest.block), emoji: false },
});

const linkTo = (url: string, words: string): string => `<${literal(url)}|${words}>`;

const linkBlock = (link: string) => ({ type: 'section', text: { type: 'mrkdwn', text: link, verbatim: true } });

const indent = (text: string): string => text.replace(/^/gm, '  ');

/** What follows the headline. Only the description has several lines of the sender's; they are indented, so that none passes for ours. */
function partsOf({ lead, facts, description, labels, links }: MessageView): readonly string[] {
  const lines = [
    facts.map(({ name, value }) => `${name}: ${value}`),
    description === null ? [] : ['Description:', indent(cut(description, most.description))],
    labels.slice(0, most.labels).map(({ name, value }) => `${name}: ${value}`),
    links
      .filter(({ href }) => href.length <= most.href)
      .slice(0, most.links)
      .map(({ href, text }) => (text === '' ? href : `${text}: ${href}`)),
  ];
  return [...(lead === null ? [] : [lead]), ...lines.filter((part) => part.length > 0).map((part) => part.join('\n'))];
}
