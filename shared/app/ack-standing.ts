import { nameOfActor } from '../domain/actor-name.ts';
import type { Directory } from '../domain/directory.ts';
import type { Act, Incident } from '../domain/incident.ts';
import { isUnfinished } from '../domain/states.ts';
import type { DisplayedAct, Standing } from '../http/ack-page.ts';

/** How an incident stands, for those who were paged about it. */
export function standingOf(item: Incident, directory: Directory): Standing {
  if (item.resolved !== null) return { state: 'resolved', ...displayed(item.resolved, directory) };
  if (item.cancelled !== null) return { state: 'cancelled', ...displayed(item.cancelled, directory) };
  const over = !isUnfinished(item.state);
  if (item.acknowledged !== null && (over || item.state === 'acknowledged'))
    return { state: 'acknowledged', ...displayed(item.acknowledged, directory) };
  const reopened = item.firstAcknowledgedAt !== null;
  if (over) return { state: 'ended', reopened };
  const noted = item.acknowledged === null ? null : displayed(item.acknowledged, directory);
  return { state: 'open', noted, reopened };
}

/** Who did something, by the name people know, and when. */
export function displayed(act: Act, directory: Directory): DisplayedAct {
  return { by: nameOfActor(act.by, directory), at: act.at };
}
