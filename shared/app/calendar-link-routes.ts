import type { Hono } from 'hono';
import { scheduleNamed, type Directory } from '../domain/directory.ts';
import { overridesThatHold } from '../domain/on-call/ready.ts';
import { file, json, refuse, respond, type Answer } from '../http/answer.ts';
import { isCalendarToken, signCalendarLink, type CalendarLink } from '../http/calendar-link.ts';
import { calendarLooksBackMs, onCallIcs } from '../http/on-call-ics.ts';
import type { Problem } from '../http/problem.ts';
import type { Configuration, Ports, TakingPorts } from '../ports.ts';
import { nameRequest, pathParameter, unknown, type ApiEnv, type Call, type Routes } from './routes.ts';

interface Deps {
  readonly ports: TakingPorts & { readonly secrets: Pick<Ports['secrets'], 'signingKeys'> };
  readonly configuration: Configuration;
  /** Where links point, without a slash at the end. */
  readonly baseUrl: () => Promise<string>;
}

/** One person's shifts, at an address that a calendar program can ask without any credential: whoever has it may read, and nothing else. */
export function addCalendarLinkRoutes(app: Hono<ApiEnv>, routes: Routes, deps: Deps): void {
  const { ports, configuration, baseUrl } = deps;
  routes.get('/v1/schedules/:id/people/:person/calendar', async (call) => {
    const directory = await configuration.directory();
    const schedule = scheduleNamed(pathParameter(call, 'id'), directory)?.schedule.id;
    if (schedule === undefined) return unknown('schedule');
    const link = linkOf(schedule, pathParameter(call, 'person'), directory);
    if (link === null) return unknown('person');
    const [key] = await ports.secrets.signingKeys();
    if (key === undefined) throw new Error('there is no key to sign a link with');
    return json({ url: `${await baseUrl()}/v1/calendars/${schedule}/${link.person}/${signCalendarLink(link, key)}.ics` });
  });
  app.get('/v1/calendars/:schedule/:person/:token', async (call) => {
    const requestId = nameRequest(call, ports);
    return respond(await follow(deps, call), requestId);
  });
}

function linkOf(schedule: string, person: string, { people }: Directory): CalendarLink | null {
  const number = people.get(person)?.calendarLink;
  return number === undefined ? null : { schedule, person, number };
}

const forged: Problem = { status: 404, code: 'unknown-calendar', detail: 'There is no such calendar, or its link was ended.' };

async function follow({ ports, configuration }: Deps, call: Call): Promise<Answer> {
  const token = /^(.*)\.ics$/.exec(pathParameter(call, 'token'))?.[1] ?? '';
  const directory = await configuration.directory();
  const found = directory.schedules.get(pathParameter(call, 'schedule'));
  const link = found === undefined ? null : linkOf(found.schedule.id, pathParameter(call, 'person'), directory);
  if (found === undefined || link === null) return refuse(forged);
  if (!isCalendarToken(token, link, await ports.secrets.signingKeys())) return refuse(forged);
  const now = ports.clock.now();
  const overrides = overridesThatHold(await ports.state.overrides(link.schedule, now - calendarLooksBackMs), directory);
  const nameOf = (id: string): string => directory.people.get(id)?.name ?? id;
  return file('text/calendar; charset=utf-8', onCallIcs(found.onCall(), { now, person: link.person, overrides, nameOf }));
}
