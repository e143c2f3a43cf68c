const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Words that would call a whole room, for chats that look for them in plain text. */
const calls = /@(?=(?:channel|here|everyone|all|group)(?![a-z0-9_]))/gi;
// A link in the markup that other chats know, with words that hide where it leads.
const hiddenLink = /\](?=\()/g;

/** Foreign text as a chat must show it: as it was written, calling nobody, linking nowhere but where it says. It has no invisible characters any more. */
export const literal = (text: string): string =>
  text
    .replace(calls, '＠')
    .replace(hiddenLink, '] ')
    .replace(/[&<>]/g, (character) => entities[character] ?? '');

/** Escaped text of at most `max` UTF-16 units, the last of them an ellipsis when something was left out; never half an entity or character. */
export const cutEscaped = (text: string, max: number): string =>
  text.length <= max
    ? text
    : `${text
        .slice(0, max - 1)
        .replace(/&[a-z]*$/, '')
        .replace(/[\uD800-\uDBFF]$/, '')}…`;
