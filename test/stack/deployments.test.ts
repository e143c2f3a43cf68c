import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { environments } from '../../config/environments.ts';
import { deploymentNamed } from '../../lib/deployments.ts';
import { deployment } from '../../shared/schema/deployment.ts';

const prod = environments['prod'];
const alarmNames = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, place) => [`an-alarm-of-some-length-${String(place)}-`, 'checkout']));
const addresses = (count: number): string[] => Array.from({ length: count }, (_, place) => `somebody-${String(place)}@mail.example.com`);

describe('what may be deployed', () => {
  it.each(Object.keys(environments))('is the example %s, with every default filled in', (name) => {
    const { alarms, throttles, concurrency, incidentDays } = deploymentNamed(environments, name);
    expect(alarms.services).toBeDefined();
    expect(throttles['POST /a/{token}']).toEqual({ rate: 50, burst: 100 });
    expect(concurrency.workers).toBeGreaterThan(1);
    expect(incidentDays).toBeGreaterThan(0);
  });

  it.each([
    ['no name', environments, undefined, /^Say which environment: .*dev, staging, prod\.$/],
    [
      'an unknown name',
      environments,
      'prd',
      /^There is no environment "prd"\. Add it to config\/environments\.ts, or take one of: dev, staging, prod\.$/,
    ],
    ['a name that every object has', environments, 'constructor', /^There is no environment "constructor"/],
    ['a name that AWS refuses', { Prod_1: prod }, 'Prod_1', /^"Prod_1" cannot name an environment: lower-case letters/],
    ['no account', { prod: { ...prod, account: undefined } }, 'prod', /account/],
    ['an account as a number', { prod: { ...prod, account: 333333333333 } }, 'prod', /account/],
    [
      'an account of 11 digits',
      { prod: { ...prod, account: '33333333333' } },
      'prod',
      /the 12 digits of an AWS account, in quotes[^]*account/,
    ],
    ['a region of nowhere', { prod: { ...prod, region: 'Europe' } }, 'prod', /a region such as "eu-central-1"/],
    ['a sender that is no address', { prod: { ...prod, email: { from: 'tocsin', identity: 'example.com' } } }, 'prod', /email\.from/],
    [
      'an identity that the sender is not of',
      { prod: { ...prod, email: { from: 'tocsin@example.com', identity: 'example.org' } } },
      'prod',
      /must cover the sender[^]*email\.identity/,
    ],
    [
      'a number that is none',
      { prod: { ...prod, sms: { monthlySpendAlarm: 1, originationNumber: '5550100' } } },
      'prod',
      /"\+15555550100"/,
    ],
    ['a setting that is not known', { prod: { ...prod, retention: 3 } }, 'prod', /retention/],
    [
      'a route that is not known',
      { prod: { ...prod, throttles: { 'GET /v1/events': { rate: 1, burst: 1 } } } },
      'prod',
      /GET \/v1\/events/,
    ],
    [
      'more workers on the queue than are set aside for them',
      { prod: { ...prod, concurrency: { workers: 10, reserved: { escalate: 5 } } } },
      'prod',
      /at least concurrency\.workers[^]*concurrency\.reserved\.escalate/,
    ],
    [
      'more names of alarms than fit into what Lambda gives a function to know',
      { prod: { ...prod, alarms: { services: alarmNames(100) } } },
      'prod',
      /3,000 bytes[^]*tocsin:service=[^]*alarms\.services/,
    ],
    [
      'more addresses of the SES sandbox than fit into what IAM lets a role be told',
      { prod: { ...prod, email: { from: 'tocsin@example.com', identity: 'example.com', sandboxRecipients: addresses(100) } } },
      'prod',
      /some seventy addresses[^]*email\.sandboxRecipients/,
    ],
    [
      'a certificate of another region',
      {
        prod: {
          ...prod,
          domain: { name: 'tocsin.example.com', certificateArn: 'arn:aws:acm:eu-central-1:333333333333:certificate/1' },
        },
      },
      'prod',
      /a certificate of ACM of the same region and account[^]*domain\.certificateArn/,
    ],
    ['log days that CloudWatch does not keep', { prod: { ...prod, logDays: 31 } }, 'prod', /logDays/],
  ])('is not one with %s: a sentence says what to do', (_, entries, name, sentence) => {
    expect(() => deploymentNamed(entries, name)).toThrow(sentence);
    expect(() => deploymentNamed(entries, name)).toThrow(/config\/environments\.ts/);
  });
});

describe('the page on AWS', () => {
  it('explains every setting', () => {
    const page = readFileSync(new URL('../../docs/aws.md', import.meta.url), 'utf8');
    for (const name of Object.keys(deployment.shape)) expect(page, name).toMatch(new RegExp(`^\\|.*\`${name}[.\`]`, 'm'));
    const nested = { email: deployment.shape.email, sms: deployment.shape.sms, alarms: deployment.shape.alarms.unwrap() };
    for (const [name, group] of Object.entries(nested)) {
      for (const inner of Object.keys(group.shape)) expect(page).toContain(`\`${name}.${inner}\``);
    }
  });
});

describe('the settings of the CDK', () => {
  it('are those that it recommends, and a template that is not valid ends the synth', () => {
    const read = (path: string): unknown => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'));
    const recommended = read('node_modules/aws-cdk-lib/recommended-feature-flags.json');
    expect(read('cdk.json')).toMatchObject({
      context: { ...(recommended as object), '@aws-cdk/core:validateAgainstDefaultRules': true },
    });
  });
});

describe('npm run deploy', () => {
  it('says which environments there are, and nothing of where in the program that is', () => {
    const root = join(import.meta.dirname, '../..');
    const { status, stdout, stderr } = spawnSync(process.execPath, ['bin/run-cdk.ts', 'deploy', 'nowhere'], {
      cwd: root,
      encoding: 'utf8',
    });
    expect({ status, stdout, stderr: stderr.trim() }).toEqual({
      status: 1,
      stdout: '',
      stderr: 'There is no environment "nowhere". Add it to config/environments.ts, or take one of: dev, staging, prod.',
    });
  });

  it('is run by the very version of the CDK that was tried', () => {
    const { devDependencies } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    expect(devDependencies['aws-cdk']).toMatch(/^2\.\d+\.\d+$/);
    expect(devDependencies['aws-cdk-lib']).toMatch(/^2\.\d+\.\d+$/);
  });
});
