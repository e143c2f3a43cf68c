import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Deployment } from '../shared/schema/deployment.ts';

const retentions: Readonly<Record<Deployment['logDays'], RetentionDays>> = {
  1: RetentionDays.ONE_DAY,
  3: RetentionDays.THREE_DAYS,
  7: RetentionDays.ONE_WEEK,
  14: RetentionDays.TWO_WEEKS,
  30: RetentionDays.ONE_MONTH,
  60: RetentionDays.TWO_MONTHS,
  90: RetentionDays.THREE_MONTHS,
  180: RetentionDays.SIX_MONTHS,
  365: RetentionDays.ONE_YEAR,
  731: RetentionDays.TWO_YEARS,
};

/** Logs go after the days that the environment names; those of an environment that keeps its data outlive the stack until then. */
export const makeLogGroup = (scope: Construct, id: string, { logDays, keepData }: Pick<Deployment, 'logDays' | 'keepData'>): LogGroup =>
  new LogGroup(scope, id, {
    retention: retentions[logDays],
    removalPolicy: keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
