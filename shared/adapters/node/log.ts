import type { Log } from '../../ports.ts';

type Fields = Parameters<Log['info']>[1];

const deepestCause = 5;

/** The message of a syntax error quotes what could not be parsed, which may be anybody's text. */
const wordsOf = (error: Error): string => (error instanceof SyntaxError ? error.name : `${error.name}: ${error.message}`);

function codeOf(error: Error): string {
  const code: unknown = 'code' in error ? error.code : null;
  return typeof code === 'string' ? ` (${code})` : '';
}

function causesOf(cause: unknown): readonly string[] {
  const causes: string[] = [];
  for (let next = cause; next !== undefined && next !== null && causes.length < deepestCause;) {
    causes.push(next instanceof Error ? wordsOf(next) + codeOf(next) : typeof next);
    next = next instanceof Error ? next.cause : null;
  }
  return causes;
}

/** Where it happened: places in the program only, no values. */
const placesOf = (cause: unknown): readonly string[] =>
  cause instanceof Error
    ? (cause.stack ?? '')
        .split('\n')
        .flatMap((line) => /^ +at (.*)$/.exec(line)?.[1] ?? [])
        .slice(0, 8)
    : [];

/** One line of JSON for each event; alarms stand out by a line head that a search finds. */
export function makeLog(write: (line: string) => void, wall: () => number = () => Date.now()): Log {
  const line = (level: 'info' | 'error' | 'ALARM', event: string, fields: object): void => {
    write(`${JSON.stringify({ level, time: new Date(wall()).toISOString(), event, ...fields })}\n`);
  };
  return {
    info: (event, fields: Fields) => {
      line('info', event, fields);
    },
    error: (event, fields: Fields, cause?: unknown) => {
      line('error', event, cause === undefined ? fields : { ...fields, causes: causesOf(cause), at: placesOf(cause) });
    },
    alarm: (event, fields: Fields) => {
      line('ALARM', event, fields);
    },
    // Nobody reads them here.
    measure: () => undefined,
  };
}
