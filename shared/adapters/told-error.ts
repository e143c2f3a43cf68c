const deepestCause = 5;

/** What may be told of an error: the message of a syntax error, or of one that AWS gave, quotes what it was about, which may be anybody's text. */
export const wordsOf = (error: Error): string =>
  error instanceof SyntaxError || '$metadata' in error ? error.name : `${error.name}: ${error.message}`;

function codeOf(error: Error): string {
  const code: unknown = 'code' in error ? error.code : null;
  return typeof code === 'string' ? ` (${code})` : '';
}

/** An error and what caused it, in words that quote nobody, the outermost first. */
export function causesOf(cause: unknown): readonly string[] {
  const causes: string[] = [];
  for (let next = cause; next !== undefined && next !== null && causes.length < deepestCause;) {
    causes.push(next instanceof Error ? wordsOf(next) + codeOf(next) : typeof next);
    next = next instanceof Error ? next.cause : null;
  }
  return causes;
}

/** Where it happened: places in the program only, no values. */
export const placesOf = (cause: unknown): readonly string[] =>
  cause instanceof Error
    ? (cause.stack ?? '')
        .split('\n')
        .flatMap((line) => /^ +at (.*)$/.exec(line)?.[1] ?? [])
        .slice(0, 8)
    : [];
