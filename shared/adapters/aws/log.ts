import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { Log, Measure } from '../../ports.ts';
import { causesOf, placesOf } from '../told-error.ts';

type Fields = Parameters<Log['info']>[1];

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
      // At once: what is kept until the end of the invocation is lost when it is killed.
      metrics.singleMetric().addMetric('OwnAlarm', 'Count', 1);
    },
    measure: (name, value, reason) => {
      // What stands beside a figure holds for all that leaves with it: one with a reason leaves alone.
      const out = reason === undefined ? metrics : metrics.singleMetric().addMetadata('reason', reason);
      out.addMetric(name, units[name], value);
    },
  };
}
