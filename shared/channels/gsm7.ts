const letters = 'abcdefghijklmnopqrstuvwxyz';
const basic = `@£$¥èéùìòÇ\n\rØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,-./0123456789:;<=>?¡ÄÖÑÜ§¿äöñüà${letters}${letters.toUpperCase()}`;
const extended = '^{}\\[~]|€';
const cost = new Map([
  ...Array.from(basic, (character) => [character, 1] as const),
  ...Array.from(extended, (character) => [character, 2] as const),
]);

/** What one SMS holds, in septets. */
export const oneSegment = 160;
/** What two joined SMS hold: one septet less than twice 153, because an extended character never straddles the two. */
export const twoSegments = 2 * 153 - 1;

/** The characters that are the same in ASCII and cost one septet: nearly every text is made of them alone, and then nothing need be looked up. */
const plain = /^[ -Z_a-z]*$/;

/** True if every character is in the alphabet that an SMS carries in seven bits. */
export const isGsm7 = (text: string): boolean => plain.test(text) || Array.from(text).every((character) => cost.has(character));

/** The length of a text of that alphabet, in septets: extended characters count twice. */
export function septets(text: string): number {
  if (plain.test(text)) return text.length;
  let sum = 0;
  for (const character of text) sum += cost.get(character) ?? 0;
  return sum;
}

/** The beginning of a text that takes at most `max` septets, with `...` at its end when something was left out. */
export function cutToSeptets(text: string, max: number): string {
  if (septets(text) <= max) return text;
  let kept = '';
  let room = max - 3;
  for (const character of text) {
    room -= cost.get(character) ?? 0;
    if (room < 0) break;
    kept += character;
  }
  return `${kept.trimEnd()}...`.slice(0, Math.max(0, max));
}

const alike: readonly (readonly [string, string])[] = [
  ['"', '“”„‟«»〝〞＂'],
  ["'", '‘’‚‛‹›`´′'],
  ['-', '‐‑‒–—―−'],
  ['*', '•·▪●'],
  ['/', '⁄÷'],
  ['Ll', 'Łł'],
  ['DdDd', 'ĐđÐð'],
  ['HhiTtOo', 'ĦħıŦŧƠơ'],
  ['x', '×'],
  // The micro sign: a delay of 5 us must not become one of 5 ms.
  ['u', '\u00B5'],
  ['AaBEeZzHhIiKkMuNnOoPpTtYyXxvudnstw', 'ΑαΒΕεΖζΗηΙιΚκΜμΝνΟοΡρΤτΥυΧχβθδλσπω'],
  ['abvgdeezziiklmnoprstufhcyei', 'абвгдеёзжиіклмнопрстуфхцыэї'],
  ['ABVGDEEZZIIKLMNOPRSTUFHCYEI', 'АБВГДЕЁЗЖИІКЛМНОПРСТУФХЦЫЭЇ'],
];
const replacements = new Map<string, string>([
  ...Object.entries({ '→': '->', '←': '<-', '≤': '<=', '≥': '>=', '≠': '!=', '≈': '~', '±': '+/-', '°': 'deg', '©': '(c)', '®': '(r)' }),
  ...Object.entries({
    œ: 'oe',
    Œ: 'OE',
    þ: 'th',
    Þ: 'Th',
    ж: 'zh',
    ч: 'ch',
    ш: 'sh',
    щ: 'sch',
    ю: 'yu',
    я: 'ya',
    й: 'j',
    є: 'ye',
    ь: '',
    ъ: '',
  }),
  ...Object.entries({ Ж: 'Zh', Ч: 'Ch', Ш: 'Sh', Щ: 'Sch', Ю: 'Yu', Я: 'Ya', Й: 'J', Є: 'Ye', Ь: '', Ъ: '' }),
]);
for (const [to, from] of alike) {
  for (const [index, character] of Array.from(from).entries()) {
    if (!replacements.has(character)) replacements.set(character, to.length === 1 ? to : to.charAt(index));
  }
}
const withoutSound = /^[\p{M}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Emoji_Modifier}]$/u;

/** One line of the alphabet nearest to the text: accents and quotes are folded, what has no likeness becomes `?`, what is invisible is dropped. */
export function toGsm7(text: string): string {
  if (plain.test(text)) return text.replace(/ {2,}/g, ' ').trim();
  let folded = '';
  for (const character of text.toWellFormed().normalize('NFC')) folded += fold(character) ?? foldParts(character);
  return folded.replace(/ {2,}/g, ' ').trim();
}

function fold(character: string): string | undefined {
  if (/^[\s\p{Z}\u0085\u2800]$/u.test(character)) return ' ';
  if (cost.has(character)) return character;
  return replacements.get(character) ?? (withoutSound.test(character) ? '' : undefined);
}

function foldParts(character: string): string {
  const parts = character.normalize('NFKD');
  return parts === character ? '?' : Array.from(parts, (part) => fold(part) ?? '?').join('');
}
