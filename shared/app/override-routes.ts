import { scheduleNamed, type Directory } from '../domain/directory.ts';
import { json, noContent, refuse } from '../http/answer.ts';
import { cleanLine } from '../ingest/clean-text.ts';
import type { Ports, StoredOverride, TakingPorts } from '../ports.ts';
import { fieldErrors } from '../schema/field-errors.ts';
import { overrideBody } from '../schema/override-body.ts';
import type { CachedConfiguration } from './configuration.ts';
import { handoffsChanged } from './handoffs.ts';
import { unknownActor } from './incident-acts.ts';
import { invalid, pathParameter, unknown, type Routes } from './routes.ts';

interface Deps {
  readonly ports: TakingPorts & Pick<Ports, 'handoffs'>;
  readonly configuration: CachedConfiguration;
}

/** Each of them is looked at whenever somebody asks who is on call. */
const mostAtOnce = 200;

const tooMany = {
  status: 409,
  code: 'too-many-overrides',
  detail: `A schedule has at most ${mostAtOnce} overrides that are not over; take some back first.`,
} as const;

/** Changes for a while to who is on call. They hold from the next level that fires: at once in this process, within 10 s in others. */
export function addOverrideRoutes(routes: Routes, { ports, configuration }: Deps): void {
  const current = (schedule: string) => ports.state.overrides(schedule, ports.clock.now());

  routes.get('/v1/schedules/:id/overrides', async (call) => {
    const schedule = scheduleNamed(pathParameter(call, 'id'), await configuration.directory())?.schedule.id;
    return schedule === undefined ? unknown('schedule') : json({ overrides: (await current(schedule)).map(overrideView) });
  });
  routes.post('/v1/schedules/:id/overrides', { maxBytes: 16 * 1024, allowEmpty: false }, async (call, value) => {
    const directory = await configuration.directory();
    const schedule = scheduleNamed(pathParameter(call, 'id'), directory)?.schedule.id;
    if (schedule === undefined) return unknown('schedule');
    const read = readOverride(value, directory, ports.clock.now());
    if (!read.ok) return invalid(read.errors);
    return async () => {
      if ((await current(schedule)).length >= mostAtOnce) return refuse(tooMany);
      const override: StoredOverride = { ...read.override, schedule, id: ports.random.id(), madeAt: ports.clock.now() };
      try {
        await ports.state.putOverride(override);
      } finally {
        configuration.invalidate();
      }
      await handoffsChanged(ports, directory);
      return json(overrideView(override), 201);
    };
  });
  routes.delete('/v1/schedules/:id/overrides/:override', async (call) => {
    const name = pathParameter(call, 'id');
    // Those of a schedule that is gone can be taken back as well.
    const schedule = scheduleNamed(name, await configuration.directory())?.schedule.id ?? name;
    const removed = await ports.state.removeOverride(schedule, pathParameter(call, 'override'));
    configuration.invalidate();
    if (!removed) return unknown('override');
    await handoffsChanged(ports, await configuration.directory());
    return noContent;
  });
}

type Read =
  | { readonly ok: true; readonly override: Omit<StoredOverride, 'schedule' | 'id' | 'madeAt'> }
  | { readonly ok: false; readonly errors: ReturnType<typeof fieldErrors> };

function readOverride(value: unknown, directory: Directory, now: number): Read {
  const body = overrideBody((id) => directory.people.has(id)).safeParse(value);
  if (!body.success) return { ok: false, errors: fieldErrors(body.error) };
  const by = cleanLine(body.data.by ?? 'api');
  const over = { pointer: '/until', code: 'already-over', detail: 'This override would be over already.' };
  const errors = [...unknownActor(by, directory), ...(body.data.until <= now ? [over] : [])];
  return errors.length > 0 ? { ok: false, errors } : { ok: true, override: { ...body.data, by } };
}

const overrideView = ({ id, schedule, from, until, change, person, instead, by, madeAt }: StoredOverride) => ({
  ...{ id, schedule, from: new Date(from).toISOString(), until: new Date(until).toISOString() },
  ...{ change, person, instead, by, madeAt: new Date(madeAt).toISOString() },
});
