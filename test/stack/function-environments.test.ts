import { describe, expect, it } from 'vitest';
import { functionEnvironments } from '../../shared/schema/function-environments.ts';
import { awsEnvironment } from '../aws-environment.ts';

const common = {
  TABLE_NAME: 'table',
  QUEUE_URL: 'https://sqs.example.com/1/work',
  RETENTION_DAYS: '400',
  POWERTOOLS_METRICS_NAMESPACE: 'Tocsin',
  POWERTOOLS_SERVICE_NAME: 'tocsin-prod',
};
const trigger = { ...common, ALARM_TOPIC_ARNS: 'arn:a,arn:b', SIGNAL_DEAD_LETTERS_URL: 'https://sqs.example.com/1/dead' };
const problemsOf = (environment: unknown): string => functionEnvironments.trigger.safeParse(environment).error?.message ?? '';

describe('the environment of a function', () => {
  it('is read into what the function works with', () => {
    const read = functionEnvironments.trigger.parse({ ...trigger, ALARM_SERVICES: '{"shop-":"checkout"}', HOME: '/root' });
    expect(read).toEqual({
      ...trigger,
      RETENTION_DAYS: 400,
      ALARM_TOPIC_ARNS: ['arn:a', 'arn:b'],
      ALARM_SERVICES: { 'shop-': 'checkout' },
    });
  });

  it.each(Object.keys(trigger))('is refused without %s, which is named', (name) => {
    expect(problemsOf({ ...trigger, [name]: undefined })).toContain(name);
    expect(problemsOf({ ...trigger, [name]: '' })).toContain(name);
  });

  it.each([
    ['RETENTION_DAYS', '0'],
    ['RETENTION_DAYS', '1.5'],
    ['ALARM_SERVICES', 'shop-=checkout'],
    ['ALARM_SERVICES', '{"shop-":1}'],
  ])('is refused when %s is %s', (name, value) => {
    expect(problemsOf({ ...trigger, [name]: value })).toContain(name);
  });

  it.each(Object.entries(functionEnvironments))('of %s is there in the tests, and where its load is measured', (_, schema) => {
    expect(schema.safeParse(awsEnvironment).error).toBeUndefined();
  });

  it('holds an address without a slash at its end, so that links have one', () => {
    const ack = { ...common, SIGNING_KEYS_ARN: 'arn:a', ADMIN_TOKEN_ARN: 'arn:b' };
    expect(functionEnvironments.ack.safeParse({ ...ack, BASE_URL: 'https://tocsin.example.com' }).success).toBe(true);
    expect(functionEnvironments.ack.safeParse({ ...ack, BASE_URL: 'https://tocsin.example.com/' }).success).toBe(false);
    expect(functionEnvironments.ack.safeParse({ ...ack, BASE_URL: 'tocsin.example.com' }).success).toBe(false);
  });
});
