import { describe, expect, it } from 'vitest';
import { fixture, SnsWorld, type Body } from './sns-world.ts';

const incidentOf = (answer: { readonly results: readonly Body[] }): string => String(answer.results[0]?.['incidentId']);

describe('an event of EventBridge', () => {
  it.each([
    ['alarm', 'alarm-ok'],
    ['health-issue', 'health-closed'],
    ['pipeline-failed', 'pipeline-succeeded'],
    ['backup-failed', 'backup-completed'],
    ['custom', 'custom-resolved'],
  ])('%s starts an incident, which %s resolves', async (trouble, end) => {
    const made = await SnsWorld.withTopics([]);
    expect(await made.send('eventbridge', fixture(`eventbridge/${trouble}`))).toMatchObject({
      status: 202,
      results: [{ outcome: 'created' }],
    });
    expect(await made.world.open()).toHaveLength(1);
    await made.send('eventbridge', fixture(`eventbridge/${end}`));
    expect(await made.world.open()).toEqual([]);
  });

  it('acts once however often it is delivered', async () => {
    const made = await SnsWorld.withTopics([]);
    const event = fixture('eventbridge/ecs-task-stopped');
    const first = await made.send('eventbridge', event);
    expect((await made.send('eventbridge', event)).results).toEqual(first.results);
    expect(await made.world.show(incidentOf(first))).toMatchObject({ occurrences: 1 });
    const next = await made.send('eventbridge', { ...event, id: 'the-next-task' });
    expect(next.results).toMatchObject([{ outcome: 'merged' }]);
    expect(await made.world.show(incidentOf(first))).toMatchObject({ occurrences: 2 });
  });

  it.each([
    ['ecs-task-running', 'not-a-failure'],
    ['pipeline-stage-succeeded', 'not-a-failure'],
    ['alarm-configuration', 'configuration-change'],
  ])('%s is listed and pages nobody', async (name, reason) => {
    const made = await SnsWorld.withTopics([]);
    await made.send('eventbridge', fixture('eventbridge/pipeline-failed'));
    const pages = made.world.messages.length;
    expect(await made.send('eventbridge', fixture(`eventbridge/${name}`))).toMatchObject({ results: [{ outcome: 'ignored', reason }] });
    expect(made.world.messages).toHaveLength(pages);
    expect(await made.world.open()).toHaveLength(1);
  });

  it('has the severity that GuardDuty gives by number', async () => {
    const made = await SnsWorld.withTopics([]);
    const finding = fixture('eventbridge/guardduty-finding');
    const detail = finding['detail'] as Body;
    const bands: readonly (readonly [number, string])[] = [
      [9.1, 'critical'],
      [8, 'high'],
      [4, 'medium'],
      [2.5, 'low'],
    ];
    for (const [severity, rank] of bands) {
      const event = { ...finding, id: `finding-${rank}`, detail: { ...detail, arn: `${String(detail['arn'])}-${rank}`, severity } };
      const shown = await made.world.show(incidentOf(await made.send('eventbridge', event)));
      expect(shown).toMatchObject({ severity: rank, severityText: String(severity) });
    }
  });

  it('that nothing is known of pages with what its detail tells, and shares its key with those about the same thing', async () => {
    const made = await SnsWorld.withTopics([]);
    const event = {
      'detail-type': 'EC2 Instance State-change Notification',
      source: 'aws.ec2',
      resources: ['arn:aws:ec2:us-east-1:123456789012:instance/i-1'],
    };
    const send = (id: string, detail: Body, rest: Body = {}) => made.send('eventbridge', { ...event, ...rest, id, detail });
    const first = await send('1', { 'instance-id': 'i-1', state: 'terminated' });
    expect(await made.world.show(incidentOf(first))).toMatchObject({ title: 'EC2 Instance State-change Notification: terminated' });
    expect((await send('2', { state: 'stopped' })).results).toMatchObject([{ outcome: 'merged' }]);
    expect(
      (await send('3', { state: 'stopped' }, { resources: ['arn:aws:ec2:us-east-1:123456789012:instance/i-2'] })).results,
    ).toMatchObject([{ outcome: 'created' }]);
    expect(await made.world.open()).toHaveLength(2);
  });

  it('may come in a list, as pipes send them; what is no event does not hold up the others', async () => {
    const made = await SnsWorld.withTopics([]);
    const answer = await made.send('eventbridge', [fixture('eventbridge/alarm'), 'text', fixture('eventbridge/custom')]);
    expect(answer).toMatchObject({
      status: 202,
      results: [{ outcome: 'created' }, { outcome: 'ignored', reason: 'unreadable-event' }, { outcome: 'created' }],
    });
    const many = Array.from({ length: 2001 }, () => ({}));
    expect(await made.send('eventbridge', many)).toMatchObject({ status: 422 });
    for (const body of [{}, { source: 'aws.ec2' }, { 'detail-type': 7 }, null]) {
      expect(await made.send('eventbridge', JSON.stringify(body))).toMatchObject({ status: 422 });
    }
  });
});
