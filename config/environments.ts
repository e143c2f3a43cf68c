import type { DeploymentEntry } from '../shared/schema/deployment.ts';

/**
 * Examples: put your own accounts, addresses and numbers in. Every setting, with what it means and its default, stands in
 * shared/schema/deployment.ts; docs/aws.md goes through them in order.
 */
export const environments: Readonly<Record<string, DeploymentEntry>> = {
  dev: {
    account: '111111111111',
    region: 'us-east-1',
    keepData: false,
    alarmEmail: 'tocsin-dev@example.com',
    email: { from: 'tocsin-dev@example.com', identity: 'tocsin-dev@example.com', sandboxRecipients: ['ana@example.com'] },
    sms: { monthlySpendAlarm: 1 },
    alarms: { defaultService: 'checkout' },
    incidentDays: 30,
    logDays: 7,
  },
  staging: {
    account: '222222222222',
    region: 'us-east-1',
    keepData: false,
    alarmEmail: 'tocsin-staging@example.com',
    email: { from: 'tocsin@staging.example.com', identity: 'staging.example.com' },
    sms: { originationNumber: '+15555550190', monthlySpendAlarm: 10 },
    alarms: { defaultService: 'checkout' },
  },
  prod: {
    account: '333333333333',
    region: 'us-east-1',
    keepData: true,
    alarmEmail: 'platform-team@example.com',
    email: { from: 'tocsin@example.com', identity: 'example.com' },
    sms: { originationNumber: '+15555550191', monthlySpendAlarm: 50 },
    alarms: {
      all: true,
      defaultService: 'platform',
      services: { 'checkout-': 'checkout', 'search-': 'search' },
      severities: { 'checkout-latency-': 'medium' },
    },
    domain: {
      name: 'tocsin.example.com',
      certificateArn: 'arn:aws:acm:us-east-1:333333333333:certificate/00000000-0000-4000-8000-000000000000',
    },
    throttles: { 'POST /v1/events': { rate: 1000, burst: 2000 } },
    logDays: 90,
    concurrency: { workers: 20 },
  },
};
