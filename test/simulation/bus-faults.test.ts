import { describe, expect, it } from 'vitest';
import { runAll, runPlain } from './check.ts';
import { faults } from './faults.ts';
import { scenariosWithBus } from './scenarios.ts';

describe('one fault at any one call: the bus hears of everything, and no page is lost or late for it', () => {
  it.each(scenariosWithBus.map((scenario) => [scenario.name, scenario] as const))(
    '%s [I1] [I3] [I8] [I14] [I16] [I27]',
    async (_, scenario) => {
      const plain = await runPlain(scenario);
      const { broken, runs } = await runAll(scenario, plain);
      expect(broken).toEqual([]);
      expect(plain.calls).toContain('bus.publish');
      expect(runs).toBe(plain.calls.length * faults.length);
    },
    120_000,
  );

  it('all four were found', () => {
    expect(scenariosWithBus).toHaveLength(4);
  });
});
