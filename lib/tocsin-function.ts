import type { Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function, RecursiveLoop, Runtime, type IDestination } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import * as z from 'zod';
import type { Deployment } from '../shared/schema/deployment.ts';
import { functionEnvironments, type FunctionName } from '../shared/schema/function-environments.ts';
import { codeOf } from './bundle.ts';
import type { Grant } from './grants.ts';
import { makeLogGroup } from './log-group.ts';
import { functionName } from './names.ts';

/** What becomes of events that nobody waits for the answer of. */
export interface Unanswered {
  readonly retries: number;
  readonly maxAge: Duration;
  /** Where what fails again and again goes; null: it is dropped. */
  readonly givenUp: Queue | null;
}

interface Props extends Pick<Deployment, 'logDays' | 'keepData'> {
  readonly name: FunctionName;
  readonly environmentName: string;
  readonly timeout: Duration;
  readonly environment: Readonly<Record<string, string>>;
  readonly grants: readonly Grant[];
  readonly unanswered: Unanswered | null;
  /** The function may set off itself, by way of the queue. */
  readonly loops: boolean;
  readonly reserved: number | undefined;
}

const memoryMb = 512;

/** A function with a role, a log group and a checked environment of its own. Throws when a variable is missing or unknown. */
export class TocsinFunction extends Construct {
  readonly function: Function;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    const logGroup = makeLogGroup(this, 'Log', props);
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    role.addToPolicy(new PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] }));
    for (const { actions, resources, ...rest } of props.grants) {
      role.addToPolicy(new PolicyStatement({ ...rest, actions: [...actions], resources: [...resources] }));
    }
    const { unanswered } = props;
    this.function = new Function(this, 'Function', {
      functionName: functionName(props.environmentName, props.name),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: codeOf(props.name),
      memorySize: memoryMb,
      timeout: props.timeout,
      role,
      logGroup,
      environment: checked(props.name, props.environment),
      recursiveLoop: props.loops ? RecursiveLoop.ALLOW : RecursiveLoop.TERMINATE,
      ...(props.reserved === undefined ? {} : { reservedConcurrentExecutions: props.reserved }),
      ...(unanswered === null
        ? {}
        : {
            retryAttempts: unanswered.retries,
            maxEventAge: unanswered.maxAge,
            ...(unanswered.givenUp === null ? {} : { onFailure: ending(unanswered.givenUp, role) }),
          }),
    });
  }
}

/** The CDK's own destination grants more than sending. */
const ending = ({ queueArn }: Queue, role: Role): IDestination => ({
  bind() {
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queueArn] }));
    return { destination: queueArn };
  },
});

function checked(name: FunctionName, environment: Readonly<Record<string, string>>): Record<string, string> {
  const schema = z.strictObject(functionEnvironments[name].shape);
  const parsed = schema.safeParse(environment);
  if (!parsed.success) throw new Error(`The environment of the function ${name} is not what it expects:\n${z.prettifyError(parsed.error)}`);
  return { ...environment };
}
