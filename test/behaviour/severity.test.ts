import { describe, expect, it } from 'vitest';
import { parseSeverity } from '../../shared/domain/severity.ts';
import { withPolicy, World } from '../world.ts';

const levels = [{ targets: ['user:ana'] }, { delay: '5m', targets: ['user:ben'] }];

describe('a policy for some severities only [T-048] [R-016]', () => {
  it('starts for those, and declines the others: told in the answer and listed', async () => {
    const world = await World.withPolicy({ levels, severities: ['P0', 'high'] });
    expect(await world.alarm({ dedupKey: 'a', severity: 'critical' })).toMatchObject({ outcome: 'created' });
    expect(await world.alarm({ dedupKey: 'b', severity: 'high' })).toMatchObject({ outcome: 'created' });
    expect(await world.alarm({ dedupKey: 'c', severity: 'medium' })).toEqual({
      outcome: 'declined',
      reason: 'severity',
      dedupKey: 'c',
      incidentId: null,
    });
    expect(await world.declined()).toEqual(['declined severity']);
    expect(world.paged()).toEqual(['0 ana', '0 ana']);
  });

  it('starts for all when it names none', async () => {
    const world = await World.withPolicy({ levels });
    expect(await world.alarm({ severity: 'info' })).toMatchObject({ outcome: 'created' });
  });
});

describe('severities as senders write them', () => {
  it('P0 to P4 are the five ranks, in any case', () => {
    expect(['P0', 'p1', 'P2', 'p3', ' P4 '].map(parseSeverity)).toEqual(['critical', 'high', 'medium', 'low', 'info']);
  });

  it('other words find their rank, and an unknown one is none', () => {
    expect(['CRITICAL', 'Fatal', 'error', 'WARN', 'Warning', 'LOW', 'info'].map(parseSeverity)).toEqual(
      ['critical', 'critical', 'high', 'medium', 'medium', 'low', 'info'], // prettier-ignore
    );
    expect(parseSeverity('purple')).toBeNull();
  });

  it('the incident keeps the original word beside the rank', async () => {
    const world = await World.withPolicy({ levels });
    const { incidentId } = await world.alarm({ severity: 'high', severityText: 'ERROR' });
    expect(await world.show(incidentId)).toMatchObject({ severity: 'high', severityText: 'ERROR' });
  });
});

describe('the same problem, more severe [T-013]', () => {
  it('raises the incident, says so in the timeline, and leaves the chain where it is', async () => {
    const world = await World.withPolicy({ levels });
    const { incidentId } = await world.alarm({ severity: 'medium' });
    await world.pass('2m');
    expect(await world.alarm({ severity: 'critical', severityText: 'P0' })).toMatchObject({ outcome: 'merged', incidentId });
    expect(await world.show(incidentId)).toMatchObject({
      severity: 'critical',
      severityText: 'P0',
      level: 1,
      state: 'active',
      occurrences: 2,
    });
    expect(await world.timeline(incidentId)).toContain('severityRaised');
    await world.pass('3m');
    expect(world.paged()).toEqual(['0 ana', '5 ben']);
    expect(world.received('+15555550101')[0]).toMatch(/^\[CRIT\]/);
  });

  it('never lowers it again', async () => {
    const world = await World.withPolicy({ levels });
    const { incidentId } = await world.alarm({ severity: 'high' });
    await world.alarm({ severity: 'low' });
    expect(await world.show(incidentId)).toMatchObject({ severity: 'high', occurrences: 2 });
    expect(await world.timeline(incidentId)).not.toContain('severityRaised');
  });

  it('an acknowledged incident stays acknowledged', async () => {
    const world = await World.withPolicy({ levels });
    const { incidentId } = await world.alarm({ severity: 'medium' });
    await world.act(incidentId, 'acknowledge', { by: 'user:ana' });
    await world.alarm({ severity: 'critical' });
    await world.pass('59m');
    expect(await world.show(incidentId)).toMatchObject({ severity: 'critical', state: 'acknowledged', acknowledgedBy: 'user:ana' });
    expect(world.paged()).toEqual(['0 ana']);
  });

  it('later pages follow the personal rules for the new severity', async () => {
    const person = (id: string, number: number, rules: object[] = []) => ({
      id,
      name: id,
      contacts: [
        { id: 'phone', channel: 'sms', address: `+1555555010${String(number)}` },
        { id: 'mail', channel: 'email', address: `${id}@example.com` },
      ],
      rules,
    });
    const people = [person('ana', 0, [{ severities: ['critical'], notify: ['phone'] }, { notify: ['mail'] }]), person('lead', 2)];
    const world = await World.withConfig(
      withPolicy({ levels: [{ targets: ['user:ana'], repeat: { count: 1, every: '5m' } }] }, { people, teams: [] }),
    );
    await world.alarm({ severity: 'low' });
    await world.alarm({ severity: 'critical' });
    await world.pass('5m');
    expect(world.pages()).toEqual(['0 ana@example.com', '5 +15555550100']);
  });
});
