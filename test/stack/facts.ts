import { at, entriesAt, listAt, ofType, plainId, shown, textAt, type Json, type RawTemplate } from './template.ts';

// What a template says about one matter, as sentences that can be compared with those written by hand.

type Facts = (template: RawTemplate) => readonly string[];

const condition = (statement: Json): string => {
  const found = at(statement, 'Condition');
  return found === undefined ? '' : ` if ${JSON.stringify(found)}`;
};

const principal = (statement: Json): string =>
  ['Principal.Service', 'Principal.AWS', 'Principal'].flatMap((path) => at(statement, path) ?? []).map(shown)[0] ?? 'nobody';

/** Every action of every role on every resource. */
export const grants: Facts = (template) =>
  ofType(template, 'IAM::Policy').flatMap(([, policy]) =>
    listAt(policy, 'Properties.PolicyDocument.Statement').flatMap((statement) =>
      listAt(statement, 'Action').flatMap((action) =>
        listAt(statement, 'Resource').flatMap((resource) =>
          listAt(policy, 'Properties.Roles').map(
            (role) => `${shown(role)} ${textAt(statement, 'Effect')} ${shown(action)} ${shown(resource)}${condition(statement)}`,
          ),
        ),
      ),
    ),
  );

/** Who may be whom. */
export const roles: Facts = (template) =>
  ofType(template, 'IAM::Role').flatMap(([id, role]) => [
    ...listAt(role, 'Properties.AssumeRolePolicyDocument.Statement').map(
      (statement) =>
        `${id}: ${textAt(statement, 'Effect')} ${textAt(statement, 'Action')} by ${principal(statement)}${condition(statement)}`,
    ),
    ...['ManagedPolicyArns', 'Policies'].filter((name) => at(role, `Properties.${name}`) !== undefined).map((name) => `${id} has ${name}`),
  ]);

/** Who may call which function. */
export const callers: Facts = (template) =>
  ofType(template, 'Lambda::Permission').map(
    ([, permission]) =>
      `${textAt(permission, 'Properties.Principal')} may ${textAt(permission, 'Properties.Action')} ${textAt(permission, 'Properties.FunctionName')}` +
      ` from ${textAt(permission, 'Properties.SourceArn')} of ${textAt(permission, 'Properties.SourceAccount')}`,
  );

/** Who may do what with queues and topics. */
export const doors: Facts = (template) =>
  [...ofType(template, 'SQS::QueuePolicy'), ...ofType(template, 'SNS::TopicPolicy')].flatMap(([, policy]) =>
    [...listAt(policy, 'Properties.Queues'), ...listAt(policy, 'Properties.Topics')].flatMap((of) =>
      listAt(policy, 'Properties.PolicyDocument.Statement').map(
        (statement) =>
          `${shown(of)}: ${textAt(statement, 'Effect')} ${textAt(statement, 'Action')} on ${textAt(statement, 'Resource')} by ${principal(statement)}${condition(statement)}`,
      ),
    ),
  );

/** Where things go, and what becomes of those that do not arrive. */
export const deliveries: Facts = (template) => [
  ...ofType(template, 'SQS::Queue').map(
    ([id, queue]) =>
      `${id}: ${textAt(queue, 'Properties.RedrivePolicy.maxReceiveCount')} tries, then ${textAt(queue, 'Properties.RedrivePolicy.deadLetterTargetArn')}`,
  ),
  ...ofType(template, 'Lambda::EventInvokeConfig').map(
    ([, config]) =>
      `${textAt(config, 'Properties.FunctionName')} ${textAt(config, 'Properties.Qualifier')}: ${textAt(config, 'Properties.MaximumRetryAttempts')} retries` +
      ` within ${textAt(config, 'Properties.MaximumEventAgeInSeconds')} s, then ${textAt(config, 'Properties.DestinationConfig.OnFailure.Destination')}`,
  ),
  ...ofType(template, 'SNS::Subscription').map(
    ([, subscription]) =>
      `${textAt(subscription, 'Properties.TopicArn')} to ${textAt(subscription, 'Properties.Protocol')} ${textAt(subscription, 'Properties.Endpoint')},` +
      ` else ${textAt(subscription, 'Properties.RedrivePolicy.deadLetterTargetArn')}`,
  ),
  ...ofType(template, 'Events::Rule').flatMap(([, rule]) =>
    listAt(rule, 'Properties.Targets').map(
      (target) =>
        `${textAt(rule, 'Properties.State')} ${textAt(rule, 'Properties.ScheduleExpression')} ${textAt(rule, 'Properties.EventPattern')} to ${textAt(target, 'Arn')}:` +
        ` ${textAt(target, 'RetryPolicy.MaximumRetryAttempts')} retries within ${textAt(target, 'RetryPolicy.MaximumEventAgeInSeconds')} s, else ${textAt(target, 'DeadLetterConfig.Arn')}`,
    ),
  ),
  ...ofType(template, 'SES::ConfigurationSetEventDestination').map(
    ([, destination]) =>
      `${textAt(destination, 'Properties.ConfigurationSetName')} tells ${textAt(destination, 'Properties.EventDestination')},` +
      ` after ${listAt(destination, 'DependsOn')
        .map((id) => plainId(shown(id)))
        .join(' ')}`,
  ),
  ...ofType(template, 'Lambda::EventSourceMapping').map(
    ([, source]) =>
      `${textAt(source, 'Properties.EventSourceArn')} to ${textAt(source, 'Properties.FunctionName')}: ${textAt(source, 'Properties.BatchSize')} at once,` +
      ` ${textAt(source, 'Properties.FunctionResponseTypes')}, ${textAt(source, 'Properties.ScalingConfig.MaximumConcurrency')} workers`,
  ),
];

/** When somebody is told that Tocsin is ill, and who. */
export const alarms: Facts = (template) => [
  ...ofType(template, 'Logs::MetricFilter').map(
    ([id, filter]) =>
      `${id}: ${textAt(filter, 'Properties.LogGroupName')} ${textAt(filter, 'Properties.FilterPattern')} is ${textAt(filter, 'Properties.MetricTransformations')}`,
  ),
  ...ofType(template, 'CloudWatch::Alarm').map(([, alarm]) => {
    const of = (name: string): string => textAt(alarm, `Properties.${name}`);
    const dimensions = listAt(alarm, 'Properties.Dimensions').map((each) => `${textAt(each, 'Name')}=${textAt(each, 'Value')}`);
    const explained = /^[A-Z].{20,}\. What to do: docs\/runbook\.md#([a-z-]+)$/.exec(of('AlarmDescription'))?.[1] ?? 'nothing';
    return (
      `${of('AlarmName')}: ${of('Statistic')} of ${[of('Namespace'), of('MetricName'), ...dimensions].join(' ')} ${of('ComparisonOperator')}` +
      ` ${of('Threshold')}, ${of('EvaluationPeriods')} x ${of('Period')} s, missing ${of('TreatMissingData')}, tells ${of('AlarmActions')} and ${of('OKActions')}` +
      `, explained ${of('AlarmName').endsWith(explained)}`
    );
  }),
];

/** What is kept, how long, and what becomes of it with the stack. */
export const keeping: Facts = (template) => {
  const fate = (resource: Json): string => `${textAt(resource, 'DeletionPolicy')}/${textAt(resource, 'UpdateReplacePolicy')}`;
  return [
    ...ofType(template, 'Logs::LogGroup').map(
      ([id, group]) => `${id}: ${textAt(group, 'Properties.RetentionInDays')} days, ${fate(group)}`,
    ),
    ...ofType(template, 'SQS::Queue').map(
      ([id, queue]) =>
        `${id}: ${textAt(queue, 'Properties.MessageRetentionPeriod')} s, hidden ${textAt(queue, 'Properties.VisibilityTimeout')} s, ` +
        `encrypted ${textAt(queue, 'Properties.SqsManagedSseEnabled')}, ${fate(queue)}`,
    ),
    ...ofType(template, 'SecretsManager::Secret').map(
      ([id, secret]) => `${id}: made up ${textAt(secret, 'Properties.GenerateSecretString')}, ${fate(secret)}`,
    ),
    ...ofType(template, 'Events::EventBus').map(([id, bus]) => `${id}: ${textAt(bus, 'Properties.Name')}, ${fate(bus)}`),
    ...ofType(template, 'Scheduler::ScheduleGroup').map(([id, group]) => `${id}: ${textAt(group, 'Properties.Name')}, ${fate(group)}`),
    ...ofType(template, 'SNS::Topic').map(([id]) => `${id}: a topic`),
    ...ofType(template, 'SES::ConfigurationSet').map(
      ([id, set]) => `${id}: reputation ${textAt(set, 'Properties.ReputationOptions.ReputationMetricsEnabled')}`,
    ),
    ...ofType(template, 'DynamoDB::GlobalTable').flatMap(([id, table]) => tableFacts(id, table, fate(table))),
  ];
};

function tableFacts(id: string, table: Json, fate: string): readonly string[] {
  const keys = (value: Json): string =>
    listAt(value, 'KeySchema')
      .map((key) => `${textAt(key, 'AttributeName')} ${textAt(key, 'KeyType')}`)
      .join(', ');
  return [
    `${id}: ${textAt(table, 'Properties.BillingMode')}, ${fate}`,
    `${id} by ${keys(at(table, 'Properties') ?? null)}`,
    ...listAt(table, 'Properties.AttributeDefinitions').map(
      (each) => `${id} ${textAt(each, 'AttributeName')} is ${textAt(each, 'AttributeType')}`,
    ),
    ...listAt(table, 'Properties.GlobalSecondaryIndexes').map(
      (index) => `${id} index ${textAt(index, 'IndexName')} by ${keys(index)} holds ${textAt(index, 'Projection')}`,
    ),
    `${id} forgets by ${textAt(table, 'Properties.TimeToLiveSpecification')}`,
    ...listAt(table, 'Properties.Replicas').map(
      (replica) =>
        `${id} in ${textAt(replica, 'Region')}: protected ${textAt(replica, 'DeletionProtectionEnabled')}, restorable` +
        ` ${textAt(replica, 'PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled')}, indexes ${textAt(replica, 'GlobalSecondaryIndexes')}`,
    ),
  ];
}

/** What answers at which address, and how often. */
export const http: Facts = (template) => {
  const integrations = new Map(
    ofType(template, 'ApiGatewayV2::Integration').map(([id, integration]) => [
      id,
      `${textAt(integration, 'Properties.IntegrationType')} ${textAt(integration, 'Properties.PayloadFormatVersion')} ` +
        `${textAt(integration, 'Properties.ApiId')} ${textAt(integration, 'Properties.IntegrationUri')}`,
    ]),
  );
  const target = (route: Json): string => /<(.*)>/.exec(textAt(route, 'Properties.Target'))?.[1] ?? '';
  return [
    ...ofType(template, 'ApiGatewayV2::Api').map(
      ([id, api]) =>
        `${id}: ${textAt(api, 'Properties.ProtocolType')} ${textAt(api, 'Properties.Name')}, own address off ${textAt(api, 'Properties.DisableExecuteApiEndpoint')}`,
    ),
    ...ofType(template, 'ApiGatewayV2::Route').map(
      ([, route]) =>
        `${textAt(route, 'Properties.ApiId')} ${textAt(route, 'Properties.RouteKey')}: ${integrations.get(target(route)) ?? 'nobody'}`,
    ),
    ...ofType(template, 'ApiGatewayV2::Stage').flatMap(([, stage]) => [
      `${textAt(stage, 'Properties.ApiId')} ${textAt(stage, 'Properties.StageName')}: deployed by itself ${textAt(stage, 'Properties.AutoDeploy')}`,
      `log ${textAt(stage, 'Properties.AccessLogSettings.DestinationArn')} ${textAt(stage, 'Properties.AccessLogSettings.Format')}`,
      `limit: ${textAt(stage, 'Properties.DefaultRouteSettings')}`,
      ...Object.entries(at(stage, 'Properties.RouteSettings') ?? {}).map(([key, limit]) => `limit ${key}: ${JSON.stringify(limit)}`),
      ...listAt(stage, 'DependsOn')
        .map((id) => plainId(shown(id)))
        .filter((id) => id.startsWith('HttpRoute') && !id.endsWith('Integration'))
        .map((id) => `stage after ${id}`),
    ]),
    ...ofType(template, 'ApiGatewayV2::DomainName').map(
      ([id, domain]) => `${id}: ${textAt(domain, 'Properties.DomainName')} ${textAt(domain, 'Properties.DomainNameConfigurations')}`,
    ),
    ...ofType(template, 'ApiGatewayV2::ApiMapping').map(([, mapping]) => {
      const after = listAt(mapping, 'DependsOn').map((id) => plainId(shown(id)));
      return (
        `${textAt(mapping, 'Properties.DomainName')} is ${textAt(mapping, 'Properties.ApiId')} ${textAt(mapping, 'Properties.Stage')}` +
        `, after ${after.find((id) => id === 'HttpStage') ?? 'nothing'}`
      );
    }),
  ];
};

/** How the functions run, and what they are told. */
export const functions: Facts = (template) =>
  ofType(template, 'Lambda::Function').flatMap(([id, each]) => {
    const of = (name: string): string => textAt(each, `Properties.${name}`);
    return [
      `${id}: ${of('FunctionName')}, ${of('Runtime')} ${of('Architectures')} ${of('Handler')}, ${of('MemorySize')} MB, ${of('Timeout')} s, may loop ${of('RecursiveLoop')},` +
        ` as ${of('Role')}, logs to ${of('LoggingConfig.LogGroup')}, after ${listAt(each, 'DependsOn')
          .map((name) => plainId(shown(name)))
          .join(' ')},` +
        ` code ${/^[0-9a-f]{64}\.zip$/.test(of('Code.S3Key')) && of('Code.S3Bucket').startsWith('cdk-')}`,
      ...entriesAt(each, 'Properties.Environment.Variables').map(([name, value]) => `${id} ${name} = ${shown(value)}`),
    ];
  });
