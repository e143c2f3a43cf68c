import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { Log, Measure } from '../../ports.ts';

type Fields = Parameters<Log['info']>[1];

const deepestCause = 5;

/** What may be told of an error: the message of a syntax error, or of one that a service gave, quotes what it was about, which may be anybody's text. */
export const wordsOf = (error: Error): string =>
  error instanceof SyntaxError || '$metadata' in error ? error.name : `${error.name}: ${error.message}`;

function causesOf(cause: unknown): readonly string[] {
  const causes: string[] = [];
  for (let next = cause; next !== undefined && next !== null && causes.length < deepestCause;) {
    causes.push(next instanceof Error ? wordsOf(next) : typeof next);
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

const units = {
  StepLatenessSeconds: 'Seconds',
  HandOverMilliseconds: 'Milliseconds',
  WriteConflicts: 'Count',
  ExpiredLeases: 'Count',
  Refusals: 'Count',
} as const satisfies Record<Measure, string>;

/** `service` is what Powertools calls the whole of Tocsin, and it drops any other. */
const told = ({ service, ...fields }: Fields): Record<string, Fields[string]> =>
  service === undefined ? fields : { ...fields, serviceId: service };

/** Structured lines in CloudWatch Logs; what is our own illness is a metric too, which an alarm watches. */
export function makeAwsLog(logger: Logger, metrics: Metrics): Log {
  return {
    info: (event, fields: Fields) => {
      logger.info(event, told(fields));
    },
    error: (event, fields: Fields, cause?: unknown) => {
      logger.error(event, cause === undefined ? told(fields) : { ...told(fields), causes: causesOf(cause), at: placesOf(cause) });
    },
    alarm: (event, fields: Fields) => {
      logger.critical(event, told(fields));
      metrics.addMetric('OwnAlarm', 'Count', 1);
    },
    measure: (name, value, reason) => {
      // What stands beside a figure holds for all that leaves with it: one with a reason leaves alone.
      const out = reason === undefined ? metrics : metrics.singleMetric().addMetadata('reason', reason);
      out.addMetric(name, units[name], value);
    },
  };
}
