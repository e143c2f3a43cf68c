import { scheduleNamed, type Directory, type DirectorySchedule } from '../domain/directory.ts';
import type { OnCall } from '../domain/on-call/on-call.ts';
import { overridesThatHold } from '../domain/on-call/ready.ts';
import type { Override } from '../domain/on-call/schedule.ts';
import { why } from '../domain/on-call/why.ts';
import type { Instant } from '../domain/time.ts';
import { file, json, type Answer } from '../http/answer.ts';
import { calendarLooksBackMs, onCallIcs } from '../http/on-call-ics.ts';
import type { Configuration, StoredOverride, TakingPorts } from '../ports.ts';
import { fieldErrors } from '../schema/field-errors.ts';
import { onCallQuery, stretchQuery } from '../schema/on-call-query.ts';
import { invalid, pathParameter, unknown, type Call, type Routes } from './routes.ts';

interface Deps {
  readonly ports: TakingPorts;
  readonly configuration: Configuration;
}

/** A schedule that is asked, and the names of people. */
interface Asked extends DirectorySchedule {
  readonly directory: Directory;
}

/** Who is on call, when, and why. Asked of the store itself: an override made a moment ago, elsewhere too, is in every answer. */
export function addScheduleRoutes(routes: Routes, { ports, configuration }: Deps): void {
  const withSchedule = async (name: string, answer: (asked: Asked) => Answer | Promise<Answer>): Promise<Answer> => {
    const directory = await configuration.directory();
    const found = scheduleNamed(name, directory);
    return found === undefined ? unknown('schedule') : answer({ ...found, directory });
  };
  const overridesOf = async ({ schedule, directory }: Asked, from: Instant): Promise<readonly Override[]> =>
    overridesThatHold(await ports.state.overrides(schedule.id, from), directory);

  routes.get('/v1/schedules/:id/on-call', (call) =>
    withSchedule(pathParameter(call, 'id'), async (asked) => {
      const query = onCallQuery.safeParse(call.req.query());
      if (!query.success) return invalid(fieldErrors(query.error));
      const at = query.data.at ?? ports.clock.now();
      return json(onCallView(asked, at, await overridesOf(asked, at)));
    }),
  );
  routes.get('/v1/on-call', async (call) => {
    const query = onCallQuery.safeParse(call.req.query());
    if (!query.success) return invalid(fieldErrors(query.error));
    const at = query.data.at ?? ports.clock.now();
    const directory = await configuration.directory();
    const overrides = overridesThatHold(await ports.state.overrides(null, at), directory);
    return json(allOnCall(directory, at, overrides));
  });
  const stretch = (call: Call, show: (asked: Asked, from: Instant, to: Instant, overrides: readonly Override[]) => object) =>
    withSchedule(pathParameter(call, 'id'), async (asked) => {
      const query = stretchQuery(ports.clock.now()).safeParse(call.req.query());
      if (!query.success) return invalid(fieldErrors(query.error));
      const { from, to } = query.data;
      return json({ from: iso(from), to: iso(to), ...show(asked, from, to, await overridesOf(asked, from)) });
    });
  routes.get('/v1/schedules/:id/calendar', (call) => stretch(call, calendarView));
  routes.get('/v1/schedules/:id/gaps', (call) => stretch(call, gapsView));
  routes.get('/v1/schedules/:file{[^/]+\\.ics}', (call) =>
    withSchedule(pathParameter(call, 'file').slice(0, -'.ics'.length), async (asked) => {
      const now = ports.clock.now();
      const overrides = await overridesOf(asked, now - calendarLooksBackMs);
      return file('text/calendar; charset=utf-8', onCallIcs(asked.onCall(), { now, person: null, overrides, nameOf: names(asked) }));
    }),
  );
}

const iso = (instant: Instant): string => new Date(instant).toISOString();

const names =
  ({ directory }: Asked) =>
  (id: string): string =>
    directory.people.get(id)?.name ?? id;

const peopleView = (people: readonly OnCall[]) => people.map(({ person, layer }) => ({ id: person, layer }));

/** Every schedule, and the names of those who are named. */
function allOnCall(directory: Directory, at: Instant, overrides: readonly StoredOverride[]) {
  const schedules = [...directory.schedules.values()].map((known) => {
    const { id, name } = known.schedule;
    const own = overrides.filter(({ schedule }) => schedule === id);
    return { id, name, ...onCallView({ ...known, directory }, at, own) };
  });
  const ids = new Set(schedules.flatMap(({ people, next }) => [...people, ...(next?.people ?? [])].map(({ id }) => id)));
  const named = Object.fromEntries([...ids].map((id) => [id, directory.people.get(id)?.name ?? id]));
  return { at: iso(at), schedules, names: named };
}

function onCallView(asked: Asked, at: Instant, overrides: readonly Override[]) {
  const onCall = asked.onCall();
  const people = onCall.at(at, overrides);
  const until = onCall.nextHandoff(at, overrides);
  return {
    at: iso(at),
    people: peopleView(people),
    until: until === null ? null : iso(until),
    why: people.map((one) => why(one, asked.schedule, names(asked))),
    next: until === null ? null : { at: iso(until), people: peopleView(onCall.at(until, overrides)) },
  };
}

function shiftsOf(asked: Asked, from: Instant, to: Instant, overrides: readonly Override[]) {
  const shifts = asked.onCall().calendar(from, to, overrides);
  return shifts.map((shift) => ({ from: iso(shift.from), until: iso(shift.until), people: peopleView(shift.people) }));
}

const calendarView = (asked: Asked, from: Instant, to: Instant, overrides: readonly Override[]) => ({
  shifts: shiftsOf(asked, from, to, overrides),
});

const gapsView = (asked: Asked, from: Instant, to: Instant, overrides: readonly Override[]) => ({
  gaps: shiftsOf(asked, from, to, overrides).flatMap((shift) =>
    shift.people.length === 0 ? [{ from: shift.from, until: shift.until }] : [],
  ),
});
