import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { failing, illnesses, throttled } from '../../lib/illnesses.ts';
import { TocsinAlarmAction } from '../../lib/tocsin-alarm-action.ts';
import { TocsinFunction } from '../../lib/tocsin-function.ts';
import { functionEnvironments, type FunctionName } from '../../shared/schema/function-environments.ts';
import { checks } from './checks.ts';
import * as facts from './facts.ts';
import { mutations } from './mutations.ts';
import { at, entriesAt, ofType, shown, synthesized, textAt, type RawTemplate } from './template.ts';

const prod = synthesized();
const bare = synthesized(
  {
    keepData: false,
    domain: undefined,
    alarms: {},
    sms: { monthlySpendAlarm: 1 },
    concurrency: { workers: 5, reserved: { escalate: 5 } },
    publishEvents: true,
  },
  'dev',
);
const survivors: readonly (readonly [kind: RegExp, reason: string])[] = [
  [/ Properties(\.Replicas\.\*)?\.Tags/, 'Tags are for people who read a bill; nothing of ours looks at them.'],
  [/^SNS::Topic Properties$/, 'It holds tags only.'],
  [/ Properties\.Description$/, 'Descriptions are for people who look around in the console.'],
  [/PolicyDocument\.Version$/, 'Without it the older policy language is meant, which reads these statements in the same way.'],
  [/PolicyDocument\.Statement\.\*\.Sid$/, 'Names of statements mean nothing.'],
  [/^IAM::Policy Properties\.PolicyName$/, 'CloudFormation refuses a policy without a name before anything changes.'],
  [/^Events::Rule Properties\.Targets\.\*\.Id$/, 'CloudFormation refuses a target without an id before anything changes.'],
  [/^ApiGatewayV2::Route Properties\.AuthorizationType$/, 'It says NONE, which holds without it too: the functions check credentials.'],
  [/^ApiGatewayV2::Stage DependsOn\.\*$/, 'The integrations: each is before its route already, and every route is checked.'],
];

const caught = (mutated: RawTemplate): boolean => Object.values(checks).some((check) => check(mutated).length > 0);

const sweepEnvironment = {
  TABLE_NAME: 'data',
  QUEUE_URL: 'https://sqs.example.com/1/work',
  RETENTION_DAYS: '400',
  POWERTOOLS_METRICS_NAMESPACE: 'Tocsin',
  POWERTOOLS_SERVICE_NAME: 'tocsin-prod',
};

const functionNames = Object.keys(functionEnvironments) as FunctionName[];

describe('the environment prod', () => {
  it.each(Object.entries(checks))('%s', (_, check) => {
    expect(check(prod)).toEqual([]);
  });

  it('keeps the identity of what holds data from release to release: another id is another, empty table', () => {
    const stateful = ['DynamoDB::GlobalTable', 'SQS::Queue', 'SecretsManager::Secret', 'SNS::Topic', 'ApiGatewayV2::Api'];
    const ids = Object.entries(prod).filter(([, { Type: type }]) => stateful.includes(type.replace('AWS::', '')));
    expect(ids.map(([id]) => id).toSorted()).toEqual([
      'DataTableFDBAD0F2',
      'HttpApi4E1D4184',
      'IllnessTopicE5A9075A',
      'QueuesReplyDeadLettersF0367272',
      'QueuesScheduleDeadLettersD7500F30',
      'QueuesSignalDeadLettersD5BC4C4A',
      'QueuesSignalRetries409E20F2',
      'QueuesWork4F2460A8',
      'QueuesWorkDeadLettersCF64BB2F',
      'SecretsAdminToken5812E3BC',
      'SecretsSigningKeys20695C0E',
      'TopicsAlarms8451E380',
      'TopicsReplies2B477FCC',
    ]);
  });

  it('is protected from being removed by mistake, as one that keeps no data is not', () => {
    const seen: boolean[] = [];
    for (const keepData of [true, false]) synthesized({ keepData }, 'prod', (stack) => seen.push(stack.terminationProtection));
    expect(seen).toEqual([true, false]);
  });

  it('gives each function an environment that its own schema accepts', () => {
    for (const [id, resource] of ofType(prod, 'Lambda::Function')) {
      const name = functionNames.find((each) => textAt(resource, 'Properties.FunctionName') === `tocsin-prod-${each}`);
      if (name === undefined) throw new Error(`${id} is no function that is known`);
      expect(functionEnvironments[name].safeParse(at(resource, 'Properties.Environment.Variables')).error, id).toBeUndefined();
    }
    expect(ofType(prod, 'Lambda::Function')).toHaveLength(functionNames.length);
  });

  it('leaves room in every function for the longest settings: Lambda refuses more than 4 KB of variables', () => {
    const services = Object.fromEntries(
      Array.from({ length: 52 }, (_, place) => [`an-alarm-of-some-length-${String(place)}-`, 'x'.repeat(24)]),
    );
    const long = 'x'.repeat(63);
    const template = synthesized(
      {
        alarms: { defaultService: `${long}x`, services },
        email: { from: `${long}@${long}.${long}.example.com`, identity: 'example.com' },
        domain: { name: `${long}.${long}.${long}.example.com`, certificateArn: 'arn:aws:acm:us-east-1:333333333333:certificate/1' },
      },
      `x${'y'.repeat(19)}`,
    );
    const sizes = ofType(template, 'Lambda::Function').map(([, resource]) =>
      entriesAt(resource, 'Properties.Environment.Variables').reduce(
        // What stands for an ARN, a name or an address that AWS gives is reckoned with 160 characters.
        (sum, [name, value]) => sum + Buffer.byteLength(name + shown(value).replaceAll(/<[\w.]+>/g, '.'.repeat(160))),
        0,
      ),
    );
    expect(sizes).toHaveLength(functionNames.length);
    expect(Math.max(...sizes)).toBeGreaterThan(3000);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4096);
  });

  it('leaves room in every role for the longest settings: IAM refuses more than 10,240 characters, and the CDK moves what is too much elsewhere', () => {
    const sandboxRecipients = Array.from({ length: 70 }, (_, place) => `somebody-${String(place)}@mail.example.com`);
    const template = synthesized({ email: { from: 'tocsin@example.com', identity: 'example.com', sandboxRecipients } });
    expect(facts.grants(template).filter((line) => line.includes('ses:SendEmail'))).toHaveLength(72);
    expect(ofType(template, 'IAM::ManagedPolicy')).toEqual([]);
  });

  it('limits how often anybody may ask to acknowledge, by link or over the API [R-101]', () => {
    const limits = facts.http(prod).filter((line) => /^limit .*(\/a\/|acknowledge)/.test(line));
    const limit = JSON.stringify({ ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 });
    const routes = ['GET /a/{token}', 'HEAD /a/{token}', 'POST /a/{token}', 'POST /v1/incidents/{id}/acknowledge'];
    expect(limits).toEqual(routes.map((route) => `limit ${route}: ${limit}`));
  });

  it('hides a message from other workers for longer than one of them may run', () => {
    const hidden = (queue: string): number =>
      Number(textAt(ofType(prod, 'SQS::Queue').find(([id]) => id === queue)?.[1], 'Properties.VisibilityTimeout'));
    const runs = (name: string): number =>
      Number(textAt(ofType(prod, 'Lambda::Function').find(([id]) => id === name)?.[1], 'Properties.Timeout'));
    expect(hidden('QueuesWork')).toBeGreaterThan(runs('FunctionsEscalateFunction'));
    // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html: six times as long, where nothing is in a hurry.
    expect(hidden('QueuesSignalRetries')).toBeGreaterThanOrEqual(6 * runs('FunctionsTriggerFunction'));
  });
});

describe('whatever is taken out of the deployment', () => {
  it('is missed by a test, unless its reason stands here', () => {
    const all = [...mutations(prod)];
    const missed = all.filter(({ template: mutated }) => !caught(mutated)).map(({ kind }) => kind);
    expect(all.length).toBeGreaterThan(1000);
    expect([...new Set(missed)].filter((kind) => !survivors.some(([pattern]) => pattern.test(kind)))).toEqual([]);
    for (const [pattern] of survivors) expect(missed.filter((kind) => pattern.test(kind)).length, String(pattern)).toBeGreaterThan(0);
  });
});

describe('an environment with little in it', () => {
  it('goes without a trace when its stack does', () => {
    const lines = facts.keeping(bare);
    expect(lines.filter((line) => line.includes('Retain'))).toEqual([]);
    expect(lines.find((line) => line.includes('protected'))).toContain('protected false, restorable true');
  });

  it('does not take in every alarm, and lets no event of the account in', () => {
    expect(facts.deliveries(bare).filter((line) => line.includes('aws.cloudwatch'))).toEqual([]);
    expect(facts.callers(bare).filter((line) => line.startsWith('events.'))).toHaveLength(1);
  });

  it('answers at the address that AWS gives', () => {
    const address = 'https://<HttpApi>.execute-api.us-east-1.<AWS::URLSuffix>';
    expect(facts.functions(bare)).toContain(`FunctionsAckFunction BASE_URL = ${address}`);
    expect(facts.http(bare)).toContain('HttpApi: HTTP tocsin-dev, own address off false');
  });

  it('leaves settings out that were not made, and makes those that were', () => {
    expect(facts.functions(bare).filter((line) => /ALARM_SERVICES|DEFAULT_SERVICE|ORIGINATION/.test(line))).toEqual([]);
    expect(facts.functions(bare).filter((line) => line.includes('PUBLISH_EVENTS'))).toEqual([
      'FunctionsTriggerFunction PUBLISH_EVENTS = true',
      'FunctionsEscalateFunction PUBLISH_EVENTS = true',
    ]);
    const reserved = ofType(bare, 'Lambda::Function').map(([id, each]) => [id, at(each, 'Properties.ReservedConcurrentExecutions')]);
    expect(reserved.filter(([, value]) => value !== undefined)).toEqual([['FunctionsEscalateFunction', 5]]);
  });

  it('has the same parts under the same ids', () => {
    expect(Object.keys(prod)).toEqual(expect.arrayContaining(Object.keys(bare)));
  });
});

describe('a stack that is not right', () => {
  it('cannot be put together when a rule of cdk-nag finds something that nobody gave a reason for', () => {
    expect(() => synthesized({}, 'prod', (stack) => new CfnQueue(stack, 'Bare', {}))).toThrow(/AwsSolutions-SQS4/);
  });

  it.each([
    ['is not told what it needs', { TABLE_NAME: undefined }, 'TABLE_NAME'],
    ['is told what it does not know', { TABEL_NAME: 'data' }, 'TABEL_NAME'],
  ])('cannot be put together when a function %s: the variable is named', (_, change, name) => {
    const variables = { ...sweepEnvironment, ...change };
    const environment = Object.fromEntries(
      Object.entries(variables).flatMap(([each, value]) => (value === undefined ? [] : [[each, value]])),
    );
    const spoil = (stack: Stack) =>
      new TocsinFunction(stack, 'Spoiled', {
        ...{ name: 'sweep', environmentName: 'prod', timeout: Duration.seconds(50), environment, grants: [], unanswered: null },
        ...{ loops: false, reserved: undefined, logDays: 30, keepData: false },
      });
    expect(() => synthesized({}, 'prod', spoil)).toThrow(new RegExp(`environment of the function sweep is not what it expects[^]*${name}`));
  });

  it('cannot be put together when CloudFormation would refuse it', () => {
    const tooLong = (stack: Stack) => new CfnQueue(stack, 'Long', { visibilityTimeout: 99_999_999 });
    expect(() => synthesized({}, 'prod', tooLong)).toThrow(/99999999/);
  });
});

describe('an alarm of another app', () => {
  it('comes to Tocsin with one line and no permission of its own', () => {
    const stack = new Stack(new App(), 'Shop', { env: { account: '333333333333', region: 'us-east-1' } });
    for (const name of ['Errors', 'Latency']) {
      const metric = new Metric({ namespace: 'Shop', metricName: name });
      const alarm = new Alarm(stack, name, { metric, threshold: 1, evaluationPeriods: 1 });
      alarm.addAlarmAction(new TocsinAlarmAction('prod'));
    }
    const template = Template.fromStack(stack);
    template.allResourcesProperties('AWS::CloudWatch::Alarm', {
      AlarmActions: [
        { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':lambda:us-east-1:333333333333:function:tocsin-prod-trigger']] },
      ],
    });
    template.resourceCountIs('AWS::Lambda::Permission', 0);
    expect(ofType(prod, 'Lambda::Function').map(([, each]) => textAt(each, 'Properties.FunctionName'))).toContain('tocsin-prod-trigger');
  });
});

describe('the runbook', () => {
  it('has a section for every alarm that begins with what the alarm says, and for no other', () => {
    const all = [...Object.values(illnesses), ...functionNames.flatMap((name) => [failing(name), throttled(name)])];
    expect(ofType(prod, 'CloudWatch::Alarm')).toHaveLength(all.length);
    const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8').replaceAll(/\s+/g, ' ');
    const sections = new Map([...runbook.matchAll(/### ([a-z-]+) (.*?)(?= ##|$)/g)].map(([, name, text]) => [name, text]));
    for (const { name, impact } of all) {
      expect(sections.get(name), name).toContain(impact);
      expect(sections.get(name), name).toMatch(/\*\*First:\*\* .{30}/);
    }
    expect([...sections.keys()].toSorted()).toEqual(all.map(({ name }) => name).toSorted());
  });
});
