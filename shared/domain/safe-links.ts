import { cut, oneLine } from './display-text.ts';
import type { Link } from './signal.ts';

const most = { links: 20, href: 2048, text: 200 };

/** The links of a sender that may be shown as such: 20 at most, to the web, and to the place that they seem to lead to. */
export const safeLinks = (links: readonly Link[]): readonly { readonly href: string; readonly text: string }[] =>
  links.slice(0, most.links).flatMap(safeLink);

// An address with a name before its host shows one place and leads to another.
function safeLink(link: Link): readonly { readonly href: string; readonly text: string }[] {
  const url = URL.parse(link.href);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return [];
  return url.href.length > most.href ? [] : [{ href: url.href, text: cut(oneLine(link.text ?? ''), most.text) }];
}
