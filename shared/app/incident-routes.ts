import { json, refuse, type Answer } from '../http/answer.ts';
import { parseIncidentId } from '../domain/incident-id.ts';
import type { Configuration, TakingPorts, Stored } from '../ports.ts';
import { declinedQuery, incidentQuery, timelineQuery } from '../schema/api.ts';
import { fieldErrors } from '../schema/field-errors.ts';
import { BadCursor, formatCursor } from '../schema/records-cursor.ts';
import { keyReused } from './idempotency.ts';
import { refusalProblem, type IncidentAct } from './incident-acts.ts';
import { showIncident } from './incident-view.ts';
import { invalid, pathParameter, unknown, type Call, type Routes } from './routes.ts';
import { readTimeline } from './timeline-view.ts';
import type { Acts } from './use-cases.ts';

interface Deps {
  readonly ports: TakingPorts;
  readonly configuration: Configuration;
  readonly acts: Acts;
}

const maxBytes = 256 * 1024;

/** Reading incidents and what came of signals. */
export function addIncidentRoutes(routes: Routes, deps: Deps): void {
  routes.get('/v1/incidents', (call) => listIncidents(deps, call));
  routes.get('/v1/incidents/:id', (call) => withIncident(deps, call, async (item) => json(await showIncident(deps, item))));
  routes.get('/v1/incidents/:id/timeline', (call) => withIncident(deps, call, (item) => timeline(deps, call, item)));
  routes.get('/v1/declined', (call) => listDeclined(deps, call));
}

/** Acting on an incident, in these ways. */
export function addActRoutes(routes: Routes, deps: Deps, acts: readonly IncidentAct[]): void {
  for (const act of acts) addAct(routes, deps, act);
}

/** In bytes. A function of Lambda answers with 6 MB at most, in which the text of the answer is escaped once more. */
const mostShown = 2_900_000;

/** How many of the first go into one answer, one at least, and where the next begins; null: all do. */
function fitting(incidents: readonly Stored[], shown: readonly object[]): { readonly length: number; readonly cursor: string | null } {
  const all = { length: shown.length, cursor: null };
  let fits: { readonly length: number; readonly cursor: string | null } = all;
  let bytes = 0;
  for (const [place, item] of incidents.entries()) {
    bytes += Buffer.byteLength(JSON.stringify(shown[place]));
    if (bytes > mostShown && fits.cursor !== null) return fits;
    // Of one that cannot be read nobody knows where it stands.
    if (!('unreadable' in item)) fits = { length: place + 1, cursor: formatCursor(item) };
  }
  return all;
}

async function listIncidents(deps: Deps, call: Call): Promise<Answer> {
  const query = incidentQuery.safeParse(call.req.query());
  if (!query.success) return invalid(fieldErrors(query.error));
  try {
    const { incidents, cursor } = await deps.ports.incidents.list(query.data);
    const shown = await Promise.all(incidents.map((item) => showIncident(deps, item)));
    const page = fitting(incidents, shown);
    const next = page.cursor ?? cursor;
    return json({ incidents: shown.slice(0, page.length), ...(next === null ? {} : { cursor: next }) });
  } catch (error) {
    if (error instanceof BadCursor)
      return invalid([{ pointer: '/cursor', code: 'invalid-cursor', detail: 'Is none that a listing gave.' }]);
    throw error;
  }
}

async function withIncident(deps: Deps, call: Call, show: (item: Stored) => Promise<Answer>): Promise<Answer> {
  const id = parseIncidentId(pathParameter(call, 'id'));
  const item = id === null || id.generation === 0 ? null : await deps.ports.incidents.get(id);
  return item === null ? unknown('incident') : show(item);
}

async function timeline(deps: Deps, call: Call, item: Stored): Promise<Answer> {
  const query = timelineQuery.safeParse(call.req.query());
  if (!query.success) return invalid(fieldErrors(query.error));
  if ('unreadable' in item) return json({ events: [] });
  return json({ events: await readTimeline(deps.ports.incidents, item, query.data) });
}

async function listDeclined(deps: Deps, call: Call): Promise<Answer> {
  const query = declinedQuery.safeParse(call.req.query());
  if (!query.success) return invalid(fieldErrors(query.error));
  const rows = await deps.ports.declined.list(query.data.service, query.data.limit);
  return json({ declined: rows.map((row) => ({ ...row, at: new Date(row.at).toISOString() })) });
}

function addAct(routes: Routes, deps: Deps, { name, read }: IncidentAct): void {
  routes.post(`/v1/incidents/:id/${name}`, { maxBytes, allowEmpty: true }, async (call, value) => {
    const id = parseIncidentId(pathParameter(call, 'id'));
    if (id === null || id.generation === 0) return unknown('incident');
    const act = read(value, await deps.configuration.directory());
    if (!act.ok) return invalid(act.errors);
    return async (command) => {
      const answer = await deps.acts(id, act.command, command);
      switch (answer.kind) {
        case 'done':
          return json(await showIncident(deps, answer.incident));
        case 'refused':
          return refuse(refusalProblem(answer.refusal, answer.incident));
        case 'not-found':
          return unknown('incident');
        case 'body-differs':
          return refuse(keyReused);
        default:
          return answer satisfies never;
      }
    };
  });
}
