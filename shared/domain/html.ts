/** Markup that may stand in a page as it is. Only `html` makes it, so that foreign text is always escaped. */
export class Html {
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

type Value = string | number | Html | readonly Html[] | null;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? '');

/** A template of markup: what is put into it is escaped unless it is markup itself; null leaves nothing. Attributes must be quoted. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(strings.reduce((markup, string, index) => markup + markupOf(values[index - 1] ?? null) + string));
}

function markupOf(value: Value): string {
  if (value === null) return '';
  if (value instanceof Html) return value.toString();
  return typeof value === 'string' || typeof value === 'number' ? escape(String(value)) : value.join('');
}
