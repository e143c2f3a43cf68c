import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { PublishCommand } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeAwsLog } from '../../shared/adapters/aws/log.ts';
import type { Ports, WriteResult } from '../../shared/ports.ts';
import { permanent, World, withPolicy } from '../world.ts';
import { AwsWorld, fields } from './aws-world.ts';
import { documentWith, MortalWorld } from './sending-world.ts';

const policy = { levels: [{ targets: ['user:ana'] }, { delay: '5m', targets: ['user:ben'] }] };
const measured = (world: World, name: string): readonly string[] => world.measures.filter((one) => one.startsWith(name));

describe('what is measured', () => {
  it('is how late each level fired, in seconds', async () => {
    const world = await World.withPolicy(policy);
    await world.alarm();
    await world.outage('7m');
    expect(measured(world, 'StepLateness')).toEqual(['StepLatenessSeconds 0', 'StepLatenessSeconds 120']);
  });

  it('is how late a level was told once more', async () => {
    const repeated = { levels: [{ targets: ['user:ana'], repeat: { count: 1, every: '2m' } }] };
    const world = await World.withPolicy(repeated);
    await world.alarm();
    await world.outage('130s');
    expect(measured(world, 'StepLateness')).toEqual(['StepLatenessSeconds 0', 'StepLatenessSeconds 10']);
  });

  it('is how long it took from the alarm to the first hand-over, and no hand-over that was meant to be later', async () => {
    const world = await World.withPolicy(policy);
    const { timers } = world.ports;
    world.provider = () => {
      void timers.sleep(1200);
      return null;
    };
    await world.alarm();
    await world.pass('5m');
    expect(world.messages).toHaveLength(2);
    expect(measured(world, 'HandOver')).toEqual(['HandOverMilliseconds 1200']);
  });

  it('does not take a level that fires again after a snooze for a late hand-over', async () => {
    const world = await World.withPolicy(policy);
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'snooze', { by: 'user:ana', for: '1h' });
    await world.pass('61m');
    expect(world.paged()).toEqual(['0 ana', '60 ana']);
    expect(measured(world, 'HandOver')).toEqual(['HandOverMilliseconds 0']);
    expect(new Set(measured(world, 'StepLateness'))).toEqual(new Set(['StepLatenessSeconds 0']));
  });

  it('has nothing to say of a first level that is to wait', async () => {
    const world = await World.withPolicy({ levels: [{ delay: '3m', targets: ['user:ana'] }] });
    await world.alarm();
    await world.pass('3m');
    expect(world.messages).toHaveLength(1);
    expect(measured(world, 'HandOver')).toEqual([]);
  });

  it('is why a provider refused, why a signal was declined, and why an act was refused', async () => {
    const world = await World.withPolicy({ ...policy, severities: ['critical'] });
    world.provider = () => permanent;
    const { incidentId } = await world.alarm();
    await world.alarm({ dedupKey: 'other', severity: 'info' });
    await world.act(incidentId, 'resolve', { by: 'user:ana' });
    await world.act(incidentId, 'acknowledge', { by: 'user:ben' });
    expect(new Set(measured(world, 'Refusals'))).toEqual(
      new Set(['Refusals 1 invalid-number', 'Refusals 1 severity', 'Refusals 1 already-resolved']),
    );
  });

  it('is each write that somebody else was faster with, and no write that only looked whether anything is open', async () => {
    let lose = 0;
    const losing = (ports: Ports): Ports => ({
      ...ports,
      incidents: {
        ...ports.incidents,
        write: async (incident, expected): Promise<WriteResult> => {
          if (lose === 0) return ports.incidents.write(incident, expected);
          lose -= 1;
          return { ok: false, current: await ports.incidents.head(incident.key) };
        },
      },
    });
    const world = await World.withConfig(withPolicy(policy), losing);
    const { incidentId } = await world.alarm();
    await world.alarm();
    expect(measured(world, 'WriteConflicts')).toEqual([]);
    lose = 2;
    expect(await world.act(incidentId, 'acknowledge', { by: 'user:ana' })).toMatchObject({ http: 200 });
    expect(measured(world, 'WriteConflicts')).toEqual(['WriteConflicts 1', 'WriteConflicts 1']);
  });

  it('is each lease that ended before its holder settled', async () => {
    const mortal = await MortalWorld.with(documentWith());
    const { world } = mortal;
    await mortal.dying('before', () => world.alarm());
    await world.pass('1m');
    expect(world.messages).toHaveLength(1);
    expect(measured(world, 'ExpiredLeases')).toEqual(['ExpiredLeases 1']);
  });
});

const config = {
  settings: { catchAll: ['user:ana'] },
  services: [{ id: 'checkout', policy: 'default' }],
  policies: [{ id: 'default', levels: [{ targets: ['user:ana'] }] }],
  people: [{ id: 'ana', name: 'Ana', contacts: [{ id: 'phone', channel: 'sms', address: '+15555550100' }] }],
};

describe('what is measured in an AWS account [T-062]', () => {
  let world: AwsWorld;

  beforeEach(async () => {
    world = await AwsWorld.open();
    world.sns.on(PublishCommand).resolves({ MessageId: 'sms-1' });
    expect(await world.admin('api', 'PUT', '/v1/config', config)).toMatchObject({ statusCode: 200 });
  });

  afterEach(() => {
    world.close();
  });

  const alarm = (AlarmName: string): object => ({ AlarmName, NewStateValue: 'ALARM', AlarmDescription: 'tocsin:service=checkout' });
  const lines = () => world.written.flatMap((text) => (text.includes('CloudWatchMetrics') ? [fields.parse(JSON.parse(text))] : []));
  const about = (name: string) => lines().filter((line) => name in line);

  it('leaves in the namespace and under the service that the alarms look at, and no other dimension', async () => {
    await world.run('trigger', alarm('latency'));
    await world.work();
    const [line] = about('StepLatenessSeconds');
    expect(line).toMatchObject({
      service: 'tocsin-dev',
      _aws: {
        CloudWatchMetrics: [
          {
            Namespace: 'Tocsin',
            Dimensions: [['service']],
            Metrics: [
              { Name: 'StepLatenessSeconds', Unit: 'Seconds' },
              { Name: 'HandOverMilliseconds', Unit: 'Milliseconds' },
            ],
          },
        ],
      },
    });
    expect(line?.['StepLatenessSeconds']).toEqual(expect.any(Number));
  });

  it('leaves once for an invocation, and not at all where nothing was measured', async () => {
    await world.run('sweep', {});
    await world.run('sweep', {});
    await world.admin('api', 'GET', '/v1/incidents');
    expect(about('OldestOverdueSeconds')).toHaveLength(2);
    expect(world.written.join('')).not.toContain('No application metrics');
  });

  it('tells our own illness, with the service it is about', async () => {
    await world.run('trigger', { AlarmName: 'latency', NewStateValue: 'ALARM' });
    expect(about('OwnAlarm')).toMatchObject([{ OwnAlarm: 1 }]);
    expect(world.written.join('')).toContain('"serviceId":"(none)"');
  });

  it('tells our own illness at once, should the function be killed before its end', () => {
    makeAwsLog(new Logger(), new Metrics()).alarm('incident-failed', {});
    expect(about('OwnAlarm')).toMatchObject([{ OwnAlarm: 1, service: 'tocsin-dev' }]);
  });

  it('has the reason of a refusal beside it, not as a dimension', async () => {
    world.sns.on(PublishCommand).rejects(Object.assign(new Error('no'), { name: 'OptedOutException' }));
    await world.run('trigger', alarm('latency'));
    await world.work();
    const [line] = about('Refusals');
    expect(line).toMatchObject({ Refusals: 1, reason: 'opted-out', _aws: { CloudWatchMetrics: [{ Dimensions: [['service']] }] } });
  });
});
