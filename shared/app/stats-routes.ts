import type { Incident } from '../domain/incident.ts';
import { isUnfinished } from '../domain/states.ts';
import type { Instant } from '../domain/time.ts';
import { json } from '../http/answer.ts';
import type { TakingPorts } from '../ports.ts';
import { statsQuery } from '../schema/api.ts';
import { fieldErrors } from '../schema/field-errors.ts';
import { invalid, type Routes } from './routes.ts';

/** What is counted while the incidents of a span go by, newest first. */
interface Tally {
  total: number;
  active: number;
  acknowledged: number;
  everAcknowledged: number;
  resolved: number;
  timedOut: number;
  cancelled: number;
  failed: number;
  notificationsSent: number;
  msToAcknowledge: number;
  msToResolve: number;
}

const pageSize = 200;

const nothing = (): Tally => ({
  total: 0,
  active: 0,
  acknowledged: 0,
  everAcknowledged: 0,
  resolved: 0,
  timedOut: 0,
  cancelled: 0,
  failed: 0,
  notificationsSent: 0,
  msToAcknowledge: 0,
  msToResolve: 0,
});

function count(tally: Tally, incident: Incident): void {
  tally.total += 1;
  tally.notificationsSent += incident.notificationCount;
  if (isUnfinished(incident.state)) tally.active += 1;
  if (incident.state === 'acknowledged') tally.acknowledged += 1;
  if (incident.state === 'timed_out') tally.timedOut += 1;
  if (incident.state === 'cancelled') tally.cancelled += 1;
  if (incident.state === 'failed') tally.failed += 1;
  if (incident.firstAcknowledgedAt !== null) {
    tally.everAcknowledged += 1;
    tally.msToAcknowledge += incident.firstAcknowledgedAt - incident.createdAt;
  }
  if (incident.resolved !== null) {
    tally.resolved += 1;
    tally.msToResolve += incident.resolved.at - incident.createdAt;
  }
}

const share = (part: number, whole: number) => (whole === 0 ? null : part / whole);
const percent = (part: number, whole: number) => (whole === 0 ? null : Math.round((part / whole) * 10_000) / 100);
const meanSeconds = (ms: number, over: number) => (over === 0 ? null : Math.round(ms / over) / 1000);

/** `GET /v1/stats?from=&to=`: the incidents that began in a span (its end not included; without bounds, all that are kept). */
export function addStatsRoutes(routes: Routes, { ports }: { readonly ports: TakingPorts }): void {
  async function tallied(from: Instant, to: Instant): Promise<Tally> {
    const tally = nothing();
    let cursor: string | null = null;
    do {
      const page = await ports.incidents.list({ state: null, service: null, severity: null, policy: null, limit: pageSize, cursor });
      for (const incident of page.incidents) {
        if ('unreadable' in incident || incident.createdAt >= to) continue;
        if (incident.createdAt < from) return tally;
        count(tally, incident);
      }
      cursor = page.cursor;
    } while (cursor !== null);
    return tally;
  }

  routes.get('/v1/stats', async (call) => {
    const query = statsQuery.safeParse(call.req.query());
    if (!query.success) return invalid(fieldErrors(query.error));
    const { from, to } = query.data;
    const { total, everAcknowledged, msToAcknowledge, msToResolve, ...counts } = await tallied(from ?? -Infinity, to ?? Infinity);
    return json({
      from: from === null ? null : new Date(from).toISOString(),
      to: to === null ? null : new Date(to).toISOString(),
      total,
      ...counts,
      everAcknowledged,
      acknowledgementRate: share(everAcknowledged, total),
      acknowledgementPercent: percent(everAcknowledged, total),
      resolutionRate: share(counts.resolved, total),
      resolutionPercent: percent(counts.resolved, total),
      meanSecondsToAcknowledge: meanSeconds(msToAcknowledge, everAcknowledged),
      meanSecondsToResolve: meanSeconds(msToResolve, counts.resolved),
    });
  });
}
