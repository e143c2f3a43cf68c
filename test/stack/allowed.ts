// What each role may do, written by hand: resources stand for their references, as `test/stack/template.ts` writes them.

const prod = 'us-east-1:333333333333';
const table = '<DataTable.Arn>';
const due = `${table}/index/due`;
const listing = `${table}/index/listing`;
const work = '<QueuesWork.Arn>';
const namedSecrets = `arn:aws:secretsmanager:${prod}:secret:tocsin/prod/*`;

const items = [`dynamodb:GetItem ${table}`, `dynamodb:PutItem ${table}`, `dynamodb:UpdateItem ${table}`];
const rows = [...items, `dynamodb:Query ${table}`];
const onlyUnder = (partition: string): string => ` if {"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":"${partition}"}}`;
const taking = (queue: string): readonly string[] =>
  ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((action) => `sqs:${action} <Queues${queue}.Arn>`);
const nudge = `sqs:SendMessage ${work}`;

export const allowed: Readonly<Record<string, readonly string[]>> = {
  Trigger: [
    ...rows,
    `dynamodb:Query ${due}`,
    `dynamodb:Query ${listing}`,
    nudge,
    'sqs:SendMessage <QueuesSignalDeadLetters.Arn>',
    ...taking('SignalRetries'),
    'sqs:SendMessage <QueuesSignalRetries.Arn>',
  ],
  Ack: [
    ...rows,
    `dynamodb:Query ${due}`,
    nudge,
    'secretsmanager:GetSecretValue <SecretsSigningKeys>',
    'secretsmanager:GetSecretValue <SecretsAdminToken>',
  ],
  Resolve: [...items, `dynamodb:Query ${due}`, nudge, 'secretsmanager:GetSecretValue <SecretsAdminToken>'],
  Api: [
    ...rows,
    `dynamodb:BatchGetItem ${table}`,
    `dynamodb:DeleteItem ${table}`,
    `dynamodb:Query ${due}`,
    `dynamodb:Query ${listing}`,
    nudge,
    'secretsmanager:GetSecretValue <SecretsSigningKeys>',
    'secretsmanager:GetSecretValue <SecretsAdminToken>',
    `secretsmanager:DescribeSecret ${namedSecrets}`,
  ],
  Reply: [...rows, `dynamodb:Query ${due}`, nudge, 'sns:Publish *', 'sqs:SendMessage <QueuesReplyDeadLetters.Arn>'],
  Escalate: [
    ...rows,
    `dynamodb:BatchGetItem ${table}`,
    `dynamodb:Query ${due}`,
    `dynamodb:Query ${listing}`,
    nudge,
    ...taking('Work'),
    `scheduler:CreateSchedule arn:aws:scheduler:${prod}:schedule/tocsin-prod/*`,
    'iam:PassRole <SchedulesRole.Arn> if {"StringEquals":{"iam:PassedToService":"scheduler.amazonaws.com"}}',
    'secretsmanager:GetSecretValue <SecretsSigningKeys>',
    `secretsmanager:GetSecretValue ${namedSecrets}`,
    'sns:Publish *',
    `ses:SendEmail arn:aws:ses:${prod}:identity/example.com`,
    `ses:SendEmail arn:aws:ses:${prod}:configuration-set/<Mail>`,
    'events:PutEvents <Events.Arn>',
    'sqs:SendMessage <QueuesWorkDeadLetters.Arn>',
  ],
  Sweep: [
    `dynamodb:Query ${due}`,
    `dynamodb:GetItem ${table}${onlyUnder('handoffs')}`,
    `dynamodb:Query ${table}${onlyUnder('mute')}`,
    `dynamodb:PutItem ${table}${onlyUnder('sweep')}`,
    nudge,
  ],
};

const ofFunction = (name: string, grants: readonly string[]): readonly string[] =>
  [...grants, `logs:CreateLogStream <Functions${name}Log.Arn>`, `logs:PutLogEvents <Functions${name}Log.Arn>`].map(
    (grant) => `<Functions${name}Role> Allow ${grant}`,
  );

export const expectedGrants: readonly string[] = [
  ...Object.entries(allowed).flatMap(([name, grants]) => ofFunction(name, grants)),
  // Phone numbers, and no topic.
  '<FunctionsReplyRole> Deny sns:Publish arn:aws:sns:*:*:*',
  '<FunctionsEscalateRole> Deny sns:Publish arn:aws:sns:*:*:*',
  `<SchedulesRole> Allow lambda:InvokeFunction arn:aws:lambda:${prod}:function:tocsin-prod-escalate`,
  '<SchedulesRole> Allow sqs:SendMessage <QueuesScheduleDeadLetters.Arn>',
];

export const expectedRoles: readonly string[] = [
  ...Object.keys(allowed).map((name) => `Functions${name}Role: Allow sts:AssumeRole by lambda.amazonaws.com`),
  'SchedulesRole: Allow sts:AssumeRole by scheduler.amazonaws.com if {"StringEquals":{"aws:SourceAccount":"333333333333"},"ArnEquals":{"aws:SourceArn":"<SchedulesGroup.Arn>"}}',
];

const mayCall = (who: string, name: string, from: string, account = 'nothing'): string =>
  `${who}.amazonaws.com may lambda:InvokeFunction <Functions${name}Function.Arn> from ${from} of ${account}`;
const anyRoute = `arn:aws:execute-api:${prod}:<HttpApi>/*`;

export const expectedCallers: readonly string[] = [
  mayCall('apigateway', 'Trigger', anyRoute),
  mayCall('apigateway', 'Ack', anyRoute),
  mayCall('apigateway', 'Resolve', anyRoute),
  mayCall('apigateway', 'Api', anyRoute),
  mayCall('sns', 'Trigger', '<TopicsAlarms>'),
  mayCall('sns', 'Reply', '<TopicsReplies>'),
  mayCall('events', 'Sweep', '<FunctionsEveryMinute.Arn>'),
  mayCall('events', 'Trigger', '<SignalsAllAlarms.Arn>'),
  mayCall('lambda.alarms.cloudwatch', 'Trigger', `arn:aws:cloudwatch:${prod}:alarm:*`, '333333333333'),
];

const encryptedOnly = 'by * if {"Bool":{"aws:SecureTransport":"false"}}';
const ofThisAccount = 'if {"StringEquals":{"aws:SourceAccount":"333333333333"}}';
const deadLetterOf = (queue: string, service: string, source: string): string =>
  `<Queues${queue}>: Allow sqs:SendMessage on <Queues${queue}.Arn> by ${service}.amazonaws.com if {"ArnEquals":{"aws:SourceArn":"${source}"}}`;

export const expectedDoors: readonly string[] = [
  ...['Work', 'SignalRetries', 'WorkDeadLetters', 'ScheduleDeadLetters', 'SignalDeadLetters', 'ReplyDeadLetters'].map(
    (name) => `<Queues${name}>: Deny sqs:* on <Queues${name}.Arn> ${encryptedOnly}`,
  ),
  ...['TopicsAlarms', 'TopicsReplies', 'IllnessTopic'].map((name) => `<${name}>: Deny sns:Publish on <${name}> ${encryptedOnly}`),
  deadLetterOf('SignalDeadLetters', 'sns', '<TopicsAlarms>'),
  deadLetterOf('SignalDeadLetters', 'events', '<SignalsAllAlarms.Arn>'),
  deadLetterOf('ReplyDeadLetters', 'sns', '<TopicsReplies>'),
  `<TopicsAlarms>: Allow sns:Publish on <TopicsAlarms> by cloudwatch.amazonaws.com ${ofThisAccount}`,
  `<TopicsReplies>: Allow sns:Publish on <TopicsReplies> by sms-voice.amazonaws.com ${ofThisAccount}`,
  `<IllnessTopic>: Allow sns:Publish on <IllnessTopic> by cloudwatch.amazonaws.com ${ofThisAccount}`,
  `<IllnessTopic>: Allow sns:Publish on <IllnessTopic> by ses.amazonaws.com if {"StringEquals":{"AWS:SourceAccount":"333333333333","AWS:SourceArn":"arn:<AWS::Partition>:ses:us-east-1:333333333333:configuration-set/<Mail>"}}`,
];
