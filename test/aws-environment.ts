export const alarmTopic = 'arn:aws:sns:us-east-1:123456789012:alarms';
export const replyTopic = 'arn:aws:sns:us-east-1:123456789012:replies';

/** What Lambda and the stack give to the functions, all of them together: each takes what its own schema names, and stops where one is missing. */
export const awsEnvironment = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  POWERTOOLS_METRICS_NAMESPACE: 'Tocsin',
  POWERTOOLS_SERVICE_NAME: 'tocsin-dev',
  TABLE_NAME: 'tocsin',
  QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/work',
  RETENTION_DAYS: '400',
  ALARM_TOPIC_ARNS: alarmTopic,
  REPLY_TOPIC_ARN: replyTopic,
  SIGNAL_DEAD_LETTERS_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/signal-dead-letters',
  ALARM_SERVICES: '{"Server":"checkout"}',
  SIGNING_KEYS_ARN: 'arn:signing',
  ADMIN_TOKEN_ARN: 'arn:admin',
  NAMED_SECRETS_PREFIX: 'tocsin/dev/',
  BASE_URL: 'https://tocsin.example.com',
  SMS_ORIGINATION_NUMBER: '+15555550199',
  SMS_MAX_PRICE: '0.10',
  EMAIL_FROM: 'tocsin@example.com',
  EMAIL_CONFIGURATION_SET: 'tocsin-dev',
  EVENT_BUS_NAME: 'tocsin-dev',
  SCHEDULE_GROUP: 'tocsin-dev',
  SCHEDULE_ROLE_ARN: 'arn:aws:iam::123456789012:role/schedules',
  SCHEDULE_DEAD_LETTER_ARN: 'arn:aws:sqs:us-east-1:123456789012:schedule-dead-letters',
  SELF_ARN: 'arn:aws:lambda:us-east-1:123456789012:function:escalate',
};
