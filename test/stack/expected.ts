// What the other facts must say of the environment `prod`, written by hand.

const toNobody = ['WorkDeadLetters', 'ScheduleDeadLetters', 'SignalDeadLetters', 'ReplyDeadLetters'];
const everyAlarmButOurs =
  '{"source":["aws.cloudwatch"],"detail-type":["CloudWatch Alarm State Change"],"detail":{"alarmName":[{"anything-but":{"prefix":"tocsin-prod-"}}]}}';

export const expectedDeliveries: readonly string[] = [
  ...toNobody.map((name) => `Queues${name}: nothing tries, then nothing`),
  'QueuesWork: 5 tries, then <QueuesWorkDeadLetters.Arn>',
  'QueuesSignalRetries: 180 tries, then <QueuesSignalDeadLetters.Arn>',
  '<FunctionsTriggerFunction> $LATEST: 2 retries within 21600 s, then <QueuesSignalRetries.Arn>',
  '<FunctionsReplyFunction> $LATEST: 2 retries within 3600 s, then <QueuesReplyDeadLetters.Arn>',
  '<FunctionsEscalateFunction> $LATEST: 2 retries within 3600 s, then <QueuesWorkDeadLetters.Arn>',
  '<FunctionsSweepFunction> $LATEST: 0 retries within 60 s, then nothing',
  '<TopicsAlarms> to lambda <FunctionsTriggerFunction.Arn>, else <QueuesSignalDeadLetters.Arn>',
  '<TopicsReplies> to lambda <FunctionsReplyFunction.Arn>, else <QueuesReplyDeadLetters.Arn>',
  '<IllnessTopic> to email platform-team@example.com, else nothing',
  'ENABLED rate(1 minute) nothing to <FunctionsSweepFunction.Arn>: 0 retries within 60 s, else nothing',
  `ENABLED nothing ${everyAlarmButOurs} to <FunctionsTriggerFunction.Arn>: 185 retries within 21600 s, else <QueuesSignalDeadLetters.Arn>`,
  '<Mail> tells {"Enabled":true,"MatchingEventTypes":["bounce","complaint","reject"],"SnsDestination":{"TopicARN":"<IllnessTopic>"}}, after IllnessTopicPolicy',
  '<QueuesWork.Arn> to <FunctionsEscalateFunction>: 10 at once, ["ReportBatchItemFailures"], 20 workers',
  '<QueuesSignalRetries.Arn> to <FunctionsTriggerFunction>: 1 at once, nothing, 2 workers',
];

const names = ['Trigger', 'Ack', 'Resolve', 'Api', 'Reply', 'Escalate', 'Sweep'];
const told = 'tells ["<IllnessTopic>"] and ["<IllnessTopic>"], explained true';
const from = (threshold: number, periods: string, missing = 'notBreaching'): string =>
  `GreaterThanOrEqualToThreshold ${threshold}, ${periods}, missing ${missing}, ${told}`;
const own = (name: string, statistic: string, metric: string): string =>
  `tocsin-prod-${name}: ${statistic} of Tocsin ${metric} service=tocsin-prod`;
const letters = (name: string, queue: string): string =>
  `tocsin-prod-${name}: Maximum of AWS/SQS ApproximateNumberOfMessagesVisible QueueName=<Queues${queue}.QueueName> ${from(1, '1 x 60 s')}`;

export const expectedAlarms: readonly string[] = [
  `${own('overdue', 'Maximum', 'OldestOverdueSeconds')} ${from(90, '2 x 60 s')}`,
  `${own('sweeper-silent', 'SampleCount', 'OldestOverdueSeconds')} LessThanThreshold 1, 3 x 60 s, missing breaching, ${told}`,
  `${own('late-steps', 'Maximum', 'StepLatenessSeconds')} ${from(90, '1 x 60 s')}`,
  `${own('own-alarm', 'Sum', 'OwnAlarm')} ${from(1, '1 x 60 s')}`,
  `tocsin-prod-queue-age: Maximum of AWS/SQS ApproximateAgeOfOldestMessage QueueName=<QueuesWork.QueueName> ${from(300, '1 x 60 s')}`,
  letters('work-dead-letters', 'WorkDeadLetters'),
  letters('schedule-dead-letters', 'ScheduleDeadLetters'),
  letters('signal-dead-letters', 'SignalDeadLetters'),
  letters('reply-dead-letters', 'ReplyDeadLetters'),
  ...names.flatMap((name) =>
    ['Errors', 'Throttles'].map(
      (metric) =>
        `tocsin-prod-${name.toLowerCase()}-${metric.toLowerCase()}: Sum of AWS/Lambda ${metric} FunctionName=<Functions${name}Function> ${from(1, '1 x 60 s')}`,
    ),
  ),
  `tocsin-prod-http-faults: Sum of AWS/ApiGateway 5xx ApiId=<HttpApi> ${from(1, '1 x 60 s')}`,
  `tocsin-prod-requests-turned-away: Sum of tocsin-prod RequestsTurnedAway ${from(1, '1 x 60 s')}`,
  'IllnessTurnedAway: <HttpAccessLog> { ($.status = "429") && (($.route = "POST /v1/events") || ($.route = "POST /v2/enqueue") || ($.route = "POST /v1/ingest/*")) }' +
    ' is [{"MetricName":"RequestsTurnedAway","MetricNamespace":"tocsin-prod","MetricValue":"1"}]',
  `tocsin-prod-sms-spend: Maximum of AWS/SNS SMSMonthToDateSpentUSD ${from(50, '1 x 3600 s')}`,
];

export const expectedKeeping: readonly string[] = [
  'HttpAccessLog: 90 days, Retain/Retain',
  ...names.map((name) => `Functions${name}Log: 90 days, Retain/Retain`),
  ...toNobody.map((name) => `Queues${name}: 1209600 s, hidden nothing s, encrypted true, Delete/Delete`),
  'QueuesSignalRetries: 1209600 s, hidden 120 s, encrypted true, Delete/Delete',
  'QueuesWork: 86400 s, hidden 40 s, encrypted true, Delete/Delete',
  'SecretsSigningKeys: made up {"ExcludePunctuation":true,"PasswordLength":64}, Retain/Retain',
  'SecretsAdminToken: made up {"ExcludePunctuation":true,"PasswordLength":64}, Retain/Retain',
  'Events: tocsin-prod, Delete/Delete',
  'SchedulesGroup: tocsin-prod, Delete/Delete',
  'TopicsAlarms: a topic',
  'TopicsReplies: a topic',
  'IllnessTopic: a topic',
  'Mail: reputation true',
  'DataTable: PAY_PER_REQUEST, Retain/Retain',
  'DataTable by pk HASH, sk RANGE',
  ...['pk', 'sk', 'duePk', 'dueSk', 'listPk', 'listSk'].map((name) => `DataTable ${name} is S`),
  'DataTable index due by duePk HASH, dueSk RANGE holds {"NonKeyAttributes":["key","generation","heldReason","heldSince","service"],"ProjectionType":"INCLUDE"}',
  'DataTable index listing by listPk HASH, listSk RANGE holds {"NonKeyAttributes":["key","generation","state","service","severity","policy"],"ProjectionType":"INCLUDE"}',
  'DataTable forgets by {"AttributeName":"ttl","Enabled":true}',
  'DataTable in us-east-1: protected true, restorable true, indexes [{"IndexName":"due"},{"IndexName":"listing"}]',
];

const limited = (burst: number): string => `{"ThrottlingRateLimit":${burst / 2},"ThrottlingBurstLimit":${burst}}`;
const routes: readonly (readonly [key: string, name: string, burst: number, id: string])[] = [
  ['POST /v1/events', 'Trigger', 2000, 'POSTv1events'],
  ['POST /v2/enqueue', 'Trigger', 1000, 'POSTv2enqueue'],
  ['POST /v2/change/enqueue', 'Trigger', 100, 'POSTv2changeenqueue'],
  ['POST /v1/ingest/{format}', 'Trigger', 400, 'POSTv1ingestformat'],
  ['GET /a/{token}', 'Ack', 100, 'GETatoken'],
  ['HEAD /a/{token}', 'Ack', 100, 'HEADatoken'],
  ['POST /a/{token}', 'Ack', 100, 'POSTatoken'],
  ['POST /v1/incidents/{id}/acknowledge', 'Ack', 100, 'POSTv1incidentsidacknowledge'],
  ['POST /v1/incidents/{id}/resolve', 'Resolve', 100, 'POSTv1incidentsidresolve'],
  ['POST /v1/incidents/{id}/cancel', 'Resolve', 100, 'POSTv1incidentsidcancel'],
];
const answers = (key: string, name: string): string => `<HttpApi> ${key}: AWS_PROXY 2.0 <HttpApi> <Functions${name}Function.Arn>`;

export const expectedHttp: readonly string[] = [
  'HttpApi: HTTP tocsin-prod, own address off true',
  ...routes.flatMap(([key, name, burst, id]) => [answers(key, name), `limit ${key}: ${limited(burst)}`, `stage after HttpRoute${id}`]),
  answers('$default', 'Api'),
  'limit: {"ThrottlingBurstLimit":100,"ThrottlingRateLimit":50}',
  'stage after HttpRoutedefault',
  '<HttpApi> $default: deployed by itself true',
  // Nothing else: a token stands in the path, a key in the query, a person behind an address.
  'log <HttpAccessLog.Arn> {"requestId":"$context.requestId","route":"$context.routeKey","status":"$context.status","latencyMs":"$context.responseLatency"}',
  'HttpDomain: tocsin.example.com [{"CertificateArn":"arn:aws:acm:us-east-1:333333333333:certificate/00000000-0000-4000-8000-000000000000","EndpointType":"REGIONAL"}]',
  '<HttpDomain> is <HttpApi> $default, after HttpStage',
];

const runs = (name: string, seconds: number, loops: string): string =>
  `Functions${name}Function: tocsin-prod-${name.toLowerCase()}, nodejs24.x ["arm64"] index.handler, 512 MB, ${seconds} s, may loop ${loops},` +
  ` as <Functions${name}Role.Arn>, logs to <Functions${name}Log>, after Functions${name}RoleDefaultPolicy Functions${name}Role, code true`;
const common = [
  'TABLE_NAME = <DataTable>',
  'QUEUE_URL = <QueuesWork>',
  'RETENTION_DAYS = 400',
  'POWERTOOLS_METRICS_NAMESPACE = Tocsin',
  'POWERTOOLS_SERVICE_NAME = tocsin-prod',
];
const signingKeys = 'SIGNING_KEYS_ARN = <SecretsSigningKeys>';
const adminToken = 'ADMIN_TOKEN_ARN = <SecretsAdminToken>';
const baseUrl = 'BASE_URL = https://tocsin.example.com';
const namedSecrets = 'NAMED_SECRETS_PREFIX = tocsin/prod/';
const sms = ['SMS_MAX_PRICE = 0.50', 'SMS_ORIGINATION_NUMBER = +15555550191'];
const isTold: Readonly<Record<string, readonly string[]>> = {
  Trigger: [
    'ALARM_TOPIC_ARNS = <TopicsAlarms>',
    'SIGNAL_DEAD_LETTERS_URL = <QueuesSignalDeadLetters>',
    'DEFAULT_SERVICE = platform',
    'ALARM_SERVICES = {"checkout-":"checkout","search-":"search"}',
    'ALARM_SEVERITIES = {"checkout-latency-":"medium"}',
  ],
  Ack: [signingKeys, adminToken, baseUrl],
  Resolve: [adminToken],
  Api: [signingKeys, adminToken, baseUrl, namedSecrets],
  Reply: [...sms, 'REPLY_TOPIC_ARN = <TopicsReplies>'],
  Escalate: [
    ...sms,
    signingKeys,
    baseUrl,
    namedSecrets,
    'EMAIL_FROM = tocsin@example.com',
    'EMAIL_CONFIGURATION_SET = <Mail>',
    'EVENT_BUS_NAME = <Events>',
    'SCHEDULE_GROUP = tocsin-prod',
    'SCHEDULE_ROLE_ARN = <SchedulesRole.Arn>',
    'SCHEDULE_DEAD_LETTER_ARN = <QueuesScheduleDeadLetters.Arn>',
    'SELF_ARN = arn:aws:lambda:us-east-1:333333333333:function:tocsin-prod-escalate',
  ],
  Sweep: [],
};

export const expectedFunctions: readonly string[] = [
  runs('Trigger', 20, 'Allow'),
  runs('Ack', 10, 'Terminate'),
  runs('Resolve', 10, 'Terminate'),
  runs('Api', 25, 'Terminate'),
  runs('Reply', 20, 'Terminate'),
  runs('Escalate', 25, 'Allow'),
  runs('Sweep', 50, 'Terminate'),
  ...Object.entries(isTold).flatMap(([name, lines]) => [...common, ...lines].map((line) => `Functions${name}Function ${line}`)),
];
