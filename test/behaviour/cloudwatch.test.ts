import { describe, expect, it } from 'vitest';
import { alarmWords } from '../../shared/ingest/alarm-words.ts';
import { fixture, messageOf, signed, SnsWorld, topic, type Body } from './sns-world.ts';

const alarm = fixture('cloudwatch/sns-alarm');
const ok = fixture('cloudwatch/sns-ok');
const arn = 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:ServerCpuTooHigh';

describe('an alarm of CloudWatch', () => {
  it('pages when SNS brings ALARM, and is resolved when it brings OK', async () => {
    const made = await SnsWorld.withTopics([topic]);
    const answer = await made.sns(signed(alarm));
    expect(answer).toMatchObject({ status: 202, results: [{ status: 'accepted', outcome: 'created', dedupKey: arn }] });
    expect(made.world.messages[0]?.text).toContain('ServerCpuTooHigh: CPUUtilization is 99.5, above 50');
    const shown = await made.world.show(String(answer.results[0]?.['incidentId']));
    expect(shown).toMatchObject({
      title: 'ServerCpuTooHigh: CPUUtilization is 99.5, above 50',
      severity: 'high',
      source: 'aws.cloudwatch',
      labels: {
        alarm: 'ServerCpuTooHigh',
        region: 'us-east-1',
        account: '123456789012',
        namespace: 'AWS/EC2',
        metric: 'CPUUtilization',
        InstanceId: 'i-12345678901234567',
      },
      links: [
        {
          href: 'https://us-east-1.console.aws.amazon.com/cloudwatch/deeplink.js?region=us-east-1#alarmsV2:alarm/ServerCpuTooHigh',
          text: 'Alarm in CloudWatch',
        },
      ],
    });
    await made.sns(signed(ok));
    expect(await made.world.open()).toEqual([]);
  });

  it('acts once however often SNS delivers the message, and whatever came in between', async () => {
    const made = await SnsWorld.withTopics([topic]);
    const first = await made.sns(signed(alarm));
    for (const delivery of ['second', 'third']) expect((await made.sns(signed(alarm))).results, delivery).toEqual(first.results);
    const shown = await made.world.show(String(first.results[0]?.['incidentId']));
    expect(shown).toMatchObject({ occurrences: 1 });
    await made.sns(signed(ok));
    await made.sns(signed(alarm));
    expect(await made.world.open()).toEqual([]);
  });

  it('is judged by the time of its change, however late SNS brings it and in whatever order', async () => {
    const made = await SnsWorld.withTopics([topic]);
    const at = (envelope: Body, time: string): Body => {
      const Message = JSON.stringify({ ...messageOf(envelope), StateChangeTime: `2026-03-01T${time}:00.000+0000` });
      return signed(envelope, { MessageId: `at-${time.replace(':', '-')}`, Message });
    };
    const stale = [{ outcome: 'ignored', reason: 'stale' }];
    expect((await made.sns(at(alarm, '10:00'))).results).toMatchObject([{ outcome: 'created' }]);
    await made.sns(at(ok, '10:20'));
    await made.world.pass('2h');
    expect((await made.sns(at(alarm, '10:10'))).results).toMatchObject(stale);
    expect(await made.world.open()).toEqual([]);
    expect((await made.sns(at(alarm, '10:40'))).results).toMatchObject([{ outcome: 'created' }]);
    expect((await made.sns(at(ok, '10:30'))).results).toMatchObject(stale);
    expect(await made.world.open()).toHaveLength(1);
  });

  it('is the same alarm in an envelope, raw, from EventBridge and from a Lambda action', async () => {
    const made = await SnsWorld.withTopics([]);
    const event = fixture('eventbridge/alarm');
    const action = { source: 'aws.cloudwatch', alarmArn: arn, accountId: '123456789012', region: 'us-east-1', alarmData: event['detail'] };
    const first = await made.sns(signed(alarm));
    const others = [
      await made.send('cloudwatch', messageOf(alarm), { 'content-type': 'text/plain; charset=UTF-8', 'x-amz-sns-rawdelivery': 'true' }),
      await made.send('cloudwatch', messageOf(alarm)),
      await made.send('cloudwatch', action),
      await made.send('eventbridge', event),
      // A rule of EventBridge with the topic as its target.
      await made.sns(signed(alarm, { MessageId: 'by-rule', Message: JSON.stringify({ ...event, id: 'another-id' }) })),
    ];
    const { incidentId } = first.results[0] ?? {};
    for (const other of others) expect(other.results).toMatchObject([{ outcome: 'merged', dedupKey: arn, incidentId }]);
    await made.send('eventbridge', fixture('eventbridge/alarm-ok'));
    expect(await made.world.open()).toEqual([]);
  });

  it('without data is listed and pages nobody', async () => {
    const made = await SnsWorld.withTopics([]);
    const answer = await made.send('cloudwatch', fixture('cloudwatch/raw-insufficient-data'));
    expect(answer).toMatchObject({ status: 202, results: [{ outcome: 'ignored', reason: 'insufficient-data', dedupKey: arn }] });
    expect(await made.world.declined()).toEqual(['ignored insufficient-data']);
    expect(made.world.messages).toEqual([]);
  });

  it('of several time series has an incident for each, so that the recovery of one hides no other', async () => {
    const made = await SnsWorld.withTopics([]);
    const series = messageOf(fixture('cloudwatch/sns-contributor'));
    const change = (id: string, state: string, minute: number) =>
      made.send('cloudwatch', {
        ...series,
        AlarmContributorId: id,
        NewStateValue: state,
        StateChangeTime: `2026-03-01T12:0${String(minute)}:00.000+0000`,
      });
    await change('a', 'ALARM', 1);
    await change('b', 'ALARM', 2);
    await change('a', 'OK', 3);
    expect(await made.world.open()).toHaveLength(1);
    await change('b', 'OK', 4);
    expect(await made.world.open()).toEqual([]);
  });

  it('has the severity that its description asks for', async () => {
    const made = await SnsWorld.withTopics([]);
    const message = messageOf(alarm);
    const cases = { 'tocsin:severity=critical': 'critical', 'see the wiki. TOCSIN:Severity: P3': 'low', 'tocsin:severity=loud': 'high' };
    for (const [AlarmDescription, severity] of Object.entries(cases)) {
      const answer = await made.send('cloudwatch', { ...message, AlarmDescription, AlarmArn: `${arn}-${severity}` });
      expect(await made.world.show(String(answer.results[0]?.['incidentId']))).toMatchObject({ severity });
    }
  });

  it('is linked in the console of its own partition', async () => {
    const made = await SnsWorld.withTopics([]);
    const message = messageOf(alarm);
    const consoles = {
      'arn:aws-cn:cloudwatch:cn-north-1:123456789012:alarm:a b/c': 'https://cn-north-1.console.amazonaws.cn/',
      'arn:aws-us-gov:cloudwatch:us-gov-west-1:123456789012:alarm:a b/c': 'https://us-gov-west-1.console.amazonaws-us-gov.com/',
    };
    for (const [AlarmArn, console] of Object.entries(consoles)) {
      const answer = await made.send('cloudwatch', { ...message, AlarmArn });
      const shown = await made.world.show(String(answer.results[0]?.['incidentId']));
      expect(shown['links']).toMatchObject([{ href: expect.stringMatching(`^${console}.*#alarmsV2:alarm/a%20b%2Fc$`) as unknown }]);
    }
  });
});

describe('what else comes to the address for CloudWatch', () => {
  it('pages when it was published to the topic, however often it is delivered', async () => {
    const made = await SnsWorld.withTopics([topic]);
    const budget = signed(fixture('cloudwatch/sns-plain'));
    const first = await made.sns(budget);
    expect(first.results).toMatchObject([{ outcome: 'created' }]);
    expect((await made.sns(budget)).results).toEqual(first.results);
    expect(made.world.messages[0]?.text).toContain('AWS Budgets: monthly has exceeded your alert threshold');
  });

  it('pages just so when it is delivered raw, and is never sent back to SNS, which would drop it', async () => {
    const made = await SnsWorld.withTopics([topic]);
    const send = (id: string, text: string) =>
      made.send('cloudwatch', text, {
        'content-type': 'text/plain; charset=UTF-8',
        ...{ 'x-amz-sns-rawdelivery': 'true', 'x-amz-sns-message-type': 'Notification' },
        ...{ 'x-amz-sns-message-id': id, 'x-amz-sns-topic-arn': topic },
      });
    const texts = {
      'the nightly import failed\nsee the log': 'the nightly import failed',
      '{ "job": "import", "state": "failed" }': '{ "job": "import", "state": "failed" }',
      '"import"': '"import"',
      '[1, 2': '[1, 2',
      ['['.repeat(40)]: '['.repeat(40),
      [JSON.stringify({ ...messageOf(alarm), NewStateValue: 'BROKEN' })]: '{"AlarmName":"ServerCpuTooHigh"',
      ' \n ': 'Message without text',
    };
    for (const [index, [text, title]] of Object.entries(texts).entries()) {
      const first = await send(`raw-${String(index)}`, text);
      expect(first, text).toMatchObject({ status: 202, results: [{ outcome: 'created' }] });
      expect(await send(`raw-${String(index)}`, text)).toEqual(first);
      const shown = await made.world.show(String(first.results[0]?.['incidentId']));
      expect(String(shown['title']).slice(0, title.length)).toBe(title);
      expect(shown).toMatchObject({ source: 'aws.sns', severity: 'high', occurrences: 1 });
    }
  });

  it('pages when the alarm has a state that nobody knows yet, in an envelope too', async () => {
    const made = await SnsWorld.withTopics([topic]);
    const Message = JSON.stringify({ ...messageOf(alarm), NewStateValue: 'BROKEN' });
    expect((await made.sns(signed(alarm, { Message }))).results).toMatchObject([{ outcome: 'created' }]);
    expect(made.world.messages[0]?.text).toContain('ALARM: "ServerCpuTooHigh" in US East');
  });

  it('is refused with 422 when it is no alarm, or has a state that no alarm has', async () => {
    const made = await SnsWorld.withTopics([]);
    const message = messageOf(alarm);
    for (const body of [{}, [], 'text', 7, null, { ...message, NewStateValue: 'BROKEN' }, { ...message, NewStateValue: undefined }]) {
      expect(await made.send('cloudwatch', JSON.stringify(body)), JSON.stringify(body)).toMatchObject({ status: 422 });
    }
    expect(await made.send('cloudwatch', 'hello', { 'content-type': 'text/plain' })).toMatchObject({ status: 400, code: 'invalid-json' });
    expect(await made.send('cloudwatch', '{}', { 'content-type': 'text/html' })).toMatchObject({ status: 415 });
    expect(await made.world.open()).toEqual([]);
  });

  it('is refused with 403 when it says that it is raw, and of a topic that is not expected', async () => {
    const made = await SnsWorld.withTopics([topic]);
    const raw = { 'content-type': 'text/plain; charset=UTF-8', 'x-amz-sns-rawdelivery': 'true', 'x-amz-sns-message-id': 'one' };
    const send = (headers: Record<string, string>) => made.send('cloudwatch', messageOf(alarm), { ...raw, ...headers });
    expect(await send({})).toMatchObject({ status: 403, code: 'topic-not-expected' });
    expect(await send({ 'x-amz-sns-topic-arn': `${topic}-2` })).toMatchObject({ status: 403, code: 'topic-not-expected' });
    const first = await send({ 'x-amz-sns-topic-arn': topic });
    expect(first.results).toMatchObject([{ outcome: 'created' }]);
    expect((await send({ 'x-amz-sns-topic-arn': topic })).results).toEqual(first.results);
  });

  it('needs an ingest key, signed or not', async () => {
    const made = await SnsWorld.withTopics([topic]);
    const request = new Request('http://tocsin.test/v1/ingest/cloudwatch', {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: JSON.stringify(signed(alarm)),
    });
    expect((await made.world.app.fetch(request)).status).toBe(401);
  });
});

describe('why an alarm changed, in the words of a title', () => {
  it.each([
    [
      'Threshold Crossed: 3 out of the last 3 datapoints [32.6 (03/07/25 08:29:00), 33.8 (03/07/25 08:24:00), 31.1 (03/07/25 08:19:00)] were greater than the threshold (31.0) (minimum 3 datapoints for OK -> ALARM transition).',
      'CPU is 32.6, above 31',
    ],
    ['Threshold Crossed: 1 datapoint [0.0 (12/11/19 12:00:00)] was less than or equal to the threshold (1.0).', 'CPU is 0, at or below 1'],
    [
      'Threshold Crossed: 2 datapoints were greater than or equal to the threshold (1.0). The most recent datapoints: [8.0, 9.0].',
      'CPU is 8, at or above 1',
    ],
    ['Threshold Crossed: 1 datapoint (95.0) was greater than the threshold (90.0).', 'CPU is above 90'],
    [
      'Threshold Crossed: 1 datapoint [1.5E-4 (12/11/19 12:00:00)] was not less than the threshold (1.0E-4).',
      'CPU is 0.00015, not below 0.0001',
    ],
    [
      'Threshold Crossed: 1 datapoint [1234567.8 (12/11/19 12:00:00)] was greater than the threshold (1.0E6).',
      'CPU is 1234568, above 1000000',
    ],
    [
      'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [Breaching].',
      'CPU sent no data for 1 period',
    ],
    [
      'Thresholds Crossed: 1 out of the last 1 datapoints [0.16 (03/10/19 15:57:00)] was not less than the lower thresholds [0.02] or not greater than the upper thresholds [0.3].',
      'CPU is 0.16, within 0.02 to 0.3',
    ],
    ['6 out of 6 time series evaluated to ALARM', '6 out of 6 time series evaluated to ALARM'],
    ['arn:aws:cloudwatch:us-east-1:123456789012:alarm:a transitioned to OK at Friday 22 July, 2022 15:57:45 UTC', 'a is OK again'],
    ['testing the pager. Please ignore.', 'testing the pager'],
    ['Unchecked: Initial alarm creation', 'Unchecked: Initial alarm creation'],
  ])('%s', (reason, words) => {
    expect(alarmWords(reason, 'CPU')).toBe(words);
  });

  it('are left out when there is no reason, and cut when it is long', () => {
    expect(alarmWords(' ', 'CPU')).toBe(null);
    expect(alarmWords('x'.repeat(100_000), 'CPU')).toHaveLength(160);
  });
});
