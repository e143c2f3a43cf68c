/**
 * List prices of us-east-1 in US dollars, without any free tier, as the pricing pages of AWS had them in September 2026: https://aws.amazon.com/pricing/.
 * They change seldom; the page docs/aws.md is computed from them.
 */
export const prices = {
  asOf: 'September 2026',
  httpRequest: 1.0 / 1e6,
  functionCall: 0.2 / 1e6,
  functionGigabyteSecond: 0.0000133334,
  writeUnit: 0.625 / 1e6,
  readUnit: 0.125 / 1e6,
  queueRequest: 0.4 / 1e6,
  schedule: 1.0 / 1e6,
  logGigabyte: 0.5,
  secretRead: 0.05 / 1e4,
  secretMonth: 0.4,
  alarmMonth: 0.1,
  metricMonth: 0.3,
  mail: 0.1 / 1e3,
  storedGigabyteMonth: 0.25,
  backupGigabyteMonth: 0.2,
} as const;
