import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { FunctionName } from '../shared/schema/function-environments.ts';

/** The name that everything of one environment starts with. */
export const environmentPrefix = (environmentName: string): string => `tocsin-${environmentName}`;

/**
 * The name of a function. It is fixed, so that a schedule can be given its target by the target itself, and other stacks can name the trigger
 * without importing anything.
 */
export const functionName = (environmentName: string, name: FunctionName): string => `${environmentPrefix(environmentName)}-${name}`;

/** The ARN of a function, put together from its name. */
export const functionArn = (scope: Construct, environmentName: string, name: FunctionName): string =>
  Stack.of(scope).formatArn({
    service: 'lambda',
    resource: 'function',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    resourceName: functionName(environmentName, name),
  });
