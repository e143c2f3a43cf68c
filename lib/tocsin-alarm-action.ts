import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { AlarmActionConfig, IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';

/**
 * Sends an alarm of this account and region to Tocsin. For copying into other apps: it needs nothing else, and adds no permission, because the
 * function lets in every alarm of its account.
 */
export class TocsinAlarmAction implements IAlarmAction {
  readonly #environmentName: string;

  constructor(environmentName: string) {
    this.#environmentName = environmentName;
  }

  bind(scope: Construct): AlarmActionConfig {
    const alarmActionArn = Stack.of(scope).formatArn({
      service: 'lambda',
      resource: 'function',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      resourceName: `tocsin-${this.#environmentName}-trigger`,
    });
    return { alarmActionArn };
  }
}
