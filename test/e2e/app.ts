import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tocsinApp } from '../../lib/app.ts';

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
      incidentDays: 30,
      logDays: 7,
    },
  },
  'e2e',
);
const assembly = app.synth();

// A reference to a secret is its ARN on AWS and its name in the emulator, which enforces roles by the ARN: each such grant once more, in that spelling.
const template = join(assembly.directory, stack.templateFile);
const spelledOut = (logicalId: string): object => ({
  'Fn::Sub': `arn:aws:secretsmanager:us-east-1:000000000000:secret:\${${logicalId}}-*`,
});
const withSecrets = (_key: string, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || !('Action' in value) || value.Action !== 'secretsmanager:GetSecretValue') return value;
  const granted = 'Resource' in value ? [value.Resource].flat() : [];
  const references = granted.flatMap((one) => (typeof one === 'object' && one !== null && 'Ref' in one ? [String(one.Ref)] : []));
  return { ...value, Resource: [...granted, ...references.map(spelledOut)] };
};
writeFileSync(template, JSON.stringify(JSON.parse(readFileSync(template, 'utf8'), withSecrets)));
