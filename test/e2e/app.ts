import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { tocsinApp } from '../../lib/app.ts';

/** What one deployment of a test has that another has not. */
const context = z
  .object({
    incidentDays: z.coerce.number().default(30),
    /** An action that no function may do, whatever it needs. */
    without: z.string().optional(),
  })
  .parse(JSON.parse(process.env['CDK_CONTEXT_JSON'] ?? '{}'));

// The same app as every user's, for the account that the emulator stands for.
const { app, stack } = tocsinApp(
  {
    e2e: {
      account: '000000000000',
      region: 'us-east-1',
      keepData: false,
      alarmEmail: 'illness@example.com',
      email: { from: 'tocsin@example.com', identity: 'tocsin@example.com' },
      sms: { originationNumber: '+15555550190', monthlySpendAlarm: 1 },
      alarms: { all: true, defaultService: 'checkout', services: { 'search-': 'search' } },
      incidentDays: context.incidentDays,
      logDays: 7,
      publishEvents: process.env['PUBLISH_EVENTS'] === 'true',
    },
  },
  'e2e',
);
// A template is uploaded again only when it differs as it is synthesized, before what is done to it here.
stack.templateOptions.metadata = { without: context.without };
const assembly = app.synth();
const template = join(assembly.directory, stack.templateFile);

const isStatement = (value: unknown): value is { readonly Action: unknown } =>
  typeof value === 'object' && value !== null && 'Action' in value;

// A reference to a secret is its ARN on AWS and its name in the emulator, which enforces roles by the ARN: each such grant once more, in that spelling.
const spelledOut = (logicalId: string): object => ({
  'Fn::Sub': `arn:aws:secretsmanager:us-east-1:000000000000:secret:\${${logicalId}}-*`,
});
const withSecrets = (_key: string, value: unknown): unknown => {
  if (!isStatement(value) || value.Action !== 'secretsmanager:GetSecretValue') return value;
  const granted = 'Resource' in value ? [value.Resource].flat() : [];
  const references = granted.flatMap((one) => (typeof one === 'object' && one !== null && 'Ref' in one ? [String(one.Ref)] : []));
  return { ...value, Resource: [...granted, ...references.map(spelledOut)] };
};
const withoutAction = (_key: string, value: unknown): unknown =>
  Array.isArray(value)
    ? value.filter((one) => context.without === undefined || !isStatement(one) || one.Action !== context.without)
    : value;

const read = (json: string, change: (key: string, value: unknown) => unknown): string => JSON.stringify(JSON.parse(json, change));
writeFileSync(template, read(read(readFileSync(template, 'utf8'), withSecrets), withoutAction));
