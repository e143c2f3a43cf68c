/** What makes a JSON text too much work to read. */
type JsonExcess = 'too-deep' | 'too-many-values';

/** More than the largest body of any sender holds: 2,000 alerts of 50 values each, and 40 bytes for each value are 4 MB. */
export const mostValues = 100_000;
/** Of one object. Making and listing one that is larger takes longer than an alarm may wait. */
export const mostMembers = 10_000;
export const deepestJson = 16;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const braceOpen = 0x7b;
const braceClose = 0x7d;
const bracketOpen = 0x5b;
const bracketClose = 0x5d;

/** Where the string that begins at `start` ends; the end of the text when it does not. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === quote) return at;
    if (unit === backslash) at++;
  }
  return text.length;
}

/** Counts what a text holds so far; each step gives what has become too much. */
class Tally {
  // How many more members the object at each depth may have.
  readonly #room = new Int32Array(deepestJson + 1).fill(mostValues);
  #depth = 0;
  #values = 1;

  next(): JsonExcess | null {
    const left = (this.#room[this.#depth] ?? 0) - 1;
    this.#room[this.#depth] = left;
    return ++this.#values > mostValues || left < 1 ? 'too-many-values' : null;
  }

  open(most: number): JsonExcess | null {
    if (++this.#depth > deepestJson) return 'too-deep';
    this.#room[this.#depth] = most;
    return ++this.#values > mostValues ? 'too-many-values' : null;
  }

  close(): null {
    if (this.#depth > 0) this.#depth--;
    return null;
  }
}

/** Digits, letters and blanks, but the comma: nearly everything outside strings. */
const tellsNothing = (unit: number): boolean => unit < quote || (unit > comma && unit < bracketOpen);

function count(tally: Tally, unit: number): JsonExcess | null {
  switch (unit) {
    case comma:
      return tally.next();
    case braceOpen:
      return tally.open(mostMembers);
    case bracketOpen:
      return tally.open(mostValues);
    case braceClose:
    case bracketClose:
      return tally.close();
    default:
      return null;
  }
}

/**
 * Why a JSON text is too much to parse, found by one pass over it: nested deeper than 16, more than 100,000 values, or an object of more than 10,000
 * members. Null when it is not. Whether it is JSON at all is for the parser to say.
 */
export function excessOf(text: string): JsonExcess | null {
  const tally = new Tally();
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (tellsNothing(unit)) continue;
    if (unit === quote) i = endOfString(text, i);
    else {
      const excess = count(tally, unit);
      if (excess !== null) return excess;
    }
  }
  return null;
}
