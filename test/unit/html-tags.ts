/**
 * The tags of a document as a browser's tokenizer finds them, each with the names of its attributes: foreign text that could add one,
 * or an attribute to one, shows here. Ends of comments and of raw text are not modelled; our pages have neither but `<style>`.
 */
export function tagsOf(markup: string): string[] {
  const tags: string[] = [];
  let at = 0;
  for (;;) {
    const start = markup.slice(at).search(/<[a-z/!?]/i);
    if (start < 0) return tags;
    at += start + 1;
    const name = /^[^\s>]*/.exec(markup.slice(at))?.[0] ?? '';
    at += name.length;
    const attributes: string[] = [];
    for (;;) {
      at += /^[\s/]*/.exec(markup.slice(at))?.[0].length ?? 0;
      if (at >= markup.length || markup[at] === '>') break;
      const attribute = /^([^\s=>/]+)(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]*))?/.exec(markup.slice(at));
      attributes.push(attribute?.[1] ?? '?');
      at += attribute?.[0].length ?? 1;
    }
    tags.push([name, ...attributes].join(' '));
    if (name.toLowerCase() === 'style') at = Math.max(at, markup.toLowerCase().indexOf('</style', at));
  }
}
