import { describe, expect, it } from 'vitest';
import { runAll, runPlain } from './check.ts';
import { faults } from './faults.ts';
import { scenarios } from './scenarios.ts';

const limit = 120_000;

describe('one fault at any one call of a scenario: nothing is lost, nothing is late, nothing comes twice without a reason', () => {
  let sites = 0;
  const methods = new Set<string>();

  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
    '%s [I1] [I2] [I3] [I4] [I7] [I8] [I14] [I16] [I17]',
    async (_, scenario) => {
      const plain = await runPlain(scenario);
      const { broken, runs } = await runAll(scenario, plain);
      expect(broken).toEqual([]);
      expect(runs).toBe(plain.calls.length * faults.length);
      sites += plain.calls.length;
      for (const method of plain.calls) methods.add(method);
    },
    limit,
  );

  it('every call that the road takes was among them', () => {
    const expected = [
      ...['find', 'members', 'open', 'putMember', 'save', 'saveTraffic'].map((method) => `bundles.${method}`),
      'config.current',
      'config.policy',
      'declined.put',
      'incidents.addDuplicate',
      'incidents.archive',
      'incidents.due',
      'incidents.duplicates',
    ];
    const more = [
      'incidents.get',
      'incidents.head',
      'incidents.write',
      'incidents.writeArchived',
      'queue.nudge',
      'replies.claimCode',
      'replies.codes',
    ];
    const rest = [
      'replies.findCode',
      'secrets.signingKeys',
      'state.claimRequest',
      'state.putContactHealth',
      'state.putLastSweep',
      'transports.email',
      'transports.sms',
    ];
    expect([...expected, ...more, ...rest].filter((method) => !methods.has(method))).toEqual([]);
    expect(sites).toBeGreaterThan(600);
  });
});
