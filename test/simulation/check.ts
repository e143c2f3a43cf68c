import { faults, type Faults } from './faults.ts';
import { checkRest, compare, summary, type Outcome } from './invariants.ts';
import { Simulation, type Sabotage, type Scenario } from './simulation.ts';

/** A scenario without a fault: what it comes to, and every call that it makes. */
export interface Plain {
  readonly outcome: Outcome;
  readonly calls: readonly string[];
}

export async function runPlain(scenario: Scenario, sabotage: Sabotage = {}): Promise<Plain> {
  const simulation = new Simulation(scenario, null, sabotage);
  await simulation.run();
  const calls = [...simulation.faults.calls];
  const outcome = await summary(simulation);
  await checkRest(simulation);
  return { outcome, calls };
}

/** One run with one fault: null when everything held, else what did not and how to see it again. */
export async function runFaulty(
  scenario: Scenario,
  plain: Plain,
  planned: NonNullable<Faults['planned']>,
  sabotage: Sabotage = {},
): Promise<string | null> {
  const simulation = new Simulation(scenario, planned, sabotage);
  try {
    await simulation.run();
    const struck = simulation.faults.calls[planned.call];
    if (struck !== plain.calls[planned.call])
      throw new Error(`call ${String(planned.call)} was ${String(struck)} and not ${String(plain.calls[planned.call])}`);
    compare(simulation, plain.outcome, await summary(simulation));
    await checkRest(simulation);
    return null;
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    return `${scenario.name}: call ${String(planned.call)} (${String(plain.calls[planned.call])}) ${planned.fault}: ${what}`;
  }
}

/** Every call of a scenario with every fault; what did not hold, and how many runs there were. */
export async function runAll(
  scenario: Scenario,
  plain: Plain,
  sabotage: Sabotage = {},
): Promise<{ readonly broken: readonly string[]; readonly runs: number }> {
  const broken: string[] = [];
  let runs = 0;
  for (let call = 0; call < plain.calls.length; call += 1) {
    for (const fault of faults) {
      runs += 1;
      const found = await runFaulty(scenario, plain, { call, fault }, sabotage);
      if (found !== null) broken.push(found);
    }
  }
  return { broken, runs };
}
