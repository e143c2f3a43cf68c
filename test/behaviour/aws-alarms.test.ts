import { describe, expect, it } from 'vitest';
import type { AlarmsTaken } from '../../shared/app/alarm-intake.ts';
import { makeTrigger } from '../../shared/app/trigger.ts';
import { withPolicy, World } from '../world.ts';
import { captured, fields } from './aws-world.ts';

const services = ['checkout', 'search', 'fallback'].map((id) => ({
  id,
  policy: 'default',
  ...(id === 'search' ? { severity: 'low' } : {}),
}));
const document = withPolicy({ levels: [{ targets: ['user:ana'] }] }, { services });

interface Rules {
  readonly defaultService?: string | null;
  readonly services?: Readonly<Record<string, string>>;
  readonly severities?: Readonly<Record<string, string>>;
}

/** A world in which AWS brings alarms by itself. */
async function started(rules: Rules = {}): Promise<{ world: World; alarms: (value: unknown, id?: string) => Promise<AlarmsTaken> }> {
  const world = await World.withConfig(document);
  const alarmRules = { defaultService: null, services: {}, severities: {}, ...rules };
  const trigger = makeTrigger(world.ports, { configurationMaxAgeMs: 0, accessLog: false, alarmRules });
  let events = 0;
  return {
    world,
    alarms: async (value, id = `event-${String(++events)}`) => {
      const taken = await trigger.alarms(value, { id, body: null });
      await world.settled();
      return taken;
    },
  };
}

const action = captured('lambda-alarm', 'fixtures-ingest/cloudwatch');
const event = captured('alarm', 'fixtures-ingest/eventbridge');
const topicMessage = fields.parse(JSON.parse(String(captured('sns-alarm', 'fixtures-ingest/cloudwatch')['Message'])));
const okMessage = fields.parse(JSON.parse(String(captured('sns-ok', 'fixtures-ingest/cloudwatch')['Message'])));

/** An alarm of that name, as its topic brings it. */
const named = (AlarmName: string, rest: object = {}): object => ({
  ...topicMessage,
  AlarmName,
  AlarmArn: `arn:aws:cloudwatch:us-east-1:123456789012:alarm:${AlarmName}`,
  ...rest,
});

/** An alarm whose name says nothing, as EventBridge brings it with its tags. */
const tagged = (alarmTags: unknown): object => ({
  ...event,
  detail: { ...fields.parse(event['detail']), alarmTags, alarmTagsStatus: 'SUCCESS' },
});

/** The same, as it calls a function. */
const calling = (alarmTags: unknown): object => ({
  ...action,
  alarmData: { ...fields.parse(action['alarmData']), alarmTags, alarmTagsStatus: 'SUCCESS' },
});

const shown = async (world: World) => {
  const [id] = await world.open();
  return world.show(String(id));
};

const ways: readonly (readonly [string, unknown])[] = [
  ['calls the function', action],
  ['tells a topic', topicMessage],
  ['is an event of EventBridge', event],
];

describe('an alarm that AWS brings by itself', () => {
  it.each(ways)('pages when it %s [T-015]', async (_, value) => {
    const { world, alarms } = await started({ defaultService: 'checkout' });
    await alarms(value);
    expect(world.paged()).toEqual(['0 ana']);
    expect(await shown(world)).toMatchObject({ service: 'checkout', source: 'aws.cloudwatch' });
  });

  it('is one incident whichever way it comes, and ends with its OK', async () => {
    const { world, alarms } = await started({ defaultService: 'checkout' });
    await alarms(topicMessage);
    await alarms(event);
    expect(await world.open()).toHaveLength(1);
    await alarms(okMessage);
    expect(await world.open()).toEqual([]);
  });

  it.each(ways)('acts once when it is delivered again, where it %s', async (_, value) => {
    const { world, alarms } = await started({ defaultService: 'checkout' });
    await alarms(value, 'event-1');
    await alarms(value, 'event-1');
    expect(world.messages).toHaveLength(1);
    expect(await shown(world)).toMatchObject({ occurrences: 1 });
  });

  it('acts once when EventBridge delivers its event in two invocations', async () => {
    const { world, alarms } = await started({ defaultService: 'checkout' });
    await alarms(event, 'event-1');
    await alarms(event, 'event-2');
    expect(await shown(world)).toMatchObject({ occurrences: 1 });
  });

  it('is refused with the places that are wrong, and none of its words, when it is no alarm', async () => {
    const { alarms } = await started({ defaultService: 'checkout' });
    expect(await alarms('Hello from SNS!')).toEqual({ ok: false, problem: ' not-an-alarm' });
    expect(JSON.stringify(await alarms({ ...topicMessage, NewStateValue: 'SOMETHING' }))).toContain('unknown-state');
  });
});

describe('the service of such an alarm', () => {
  const rules = { defaultService: 'fallback', services: { web: 'checkout', 'web-search': 'search', gone: 'no-longer-there' } };

  it.each([
    ['the one in its tag, before all else', named('web-1', { AlarmTags: { 'tocsin:service': 'search' } }), 'search'],
    [
      'the one in its tag where tags are a list',
      named('web-1', {
        AlarmTags: [
          { Key: 'team', Value: 'a' },
          { Key: 'tocsin:service', Value: 'search' },
        ],
      }),
      'search',
    ],
    ['the one in a tag that somebody put beside what AWS says', named('web-1', { tags: { 'tocsin:service': 'search' } }), 'search'],
    ['the one in the tag of its event', tagged({ 'tocsin:service': 'search' }), 'search'],
    ['the one in the tag of what it calls a function with', calling({ 'tocsin:service': 'search' }), 'search'],
    ['the one in that tag where tags are a list', calling([{ key: 'tocsin:service', value: 'search' }]), 'search'],
    ['the one in its description where it has no tag', named('web-1', { AlarmDescription: 'Latency. tocsin:service=search' }), 'search'],
    ['the one of the beginning of its name', named('web-1'), 'checkout'],
    ['the one of the longest beginning', named('web-search-1'), 'search'],
    ['the default where no beginning fits', named('database-1'), 'fallback'],
    ['the one of its name where the tag names none that exists', named('web-1', { tags: { 'tocsin:service': 'unheard-of' } }), 'checkout'],
  ])('is %s', async (_, alarm, service) => {
    const { world, alarms } = await started(rules);
    await alarms(alarm);
    expect(await shown(world)).toMatchObject({ service });
  });

  it('may be known by nobody: then the alarm is declined, listed, and we ourselves ring', async () => {
    const { world, alarms } = await started();
    await alarms(topicMessage);
    expect(world.messages).toEqual([]);
    expect(await world.declined()).toEqual(['declined no-such-service']);
    expect(world.alarms).toEqual(['signal-for-no-service']);
    expect(world.measures).toContain('Refusals 1 no-such-service');
  });

  it('may have been removed since the environment named it: that is declined and reported as well', async () => {
    const { world, alarms } = await started(rules);
    await alarms(named('gone-1'));
    expect(await world.declined()).toEqual(['declined no-such-service']);
    expect(world.alarms).toEqual(['signal-for-no-service']);
  });
});

describe('the severity of such an alarm', () => {
  const rules = {
    defaultService: 'checkout',
    services: { search: 'search' },
    severities: { web: 'P2', 'web-prod': 'critical', odd: 'purple' },
  };

  it.each([
    ['the one in its tag, before all else', named('web-prod-1', { AlarmTags: { 'tocsin:severity': 'info' } }), 'info'],
    ['the one in its description', named('web-prod-1', { AlarmDescription: 'tocsin:severity=low' }), 'low'],
    ['the one of the beginning of its name', named('web-1'), 'medium'],
    ['the one of the longest beginning', named('web-prod-1'), 'critical'],
    ["its service's where nothing else says one", named('search-1'), 'low'],
    ["its service's where the environment says a word that is none", named('odd-1'), 'high'],
    ['high where nobody says anything', named('database-1'), 'high'],
  ])('is %s', async (_, alarm, severity) => {
    const { world, alarms } = await started(rules);
    await alarms(alarm);
    expect(await shown(world)).toMatchObject({ severity });
  });
});
