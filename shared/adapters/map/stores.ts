import type { ConfigStore, DeclinedStore, InboxStore, IncidentStore, KeyStore, ReplyStore, StateStore } from '../../ports.ts';
import { makeMapConfig } from './config.ts';
import { makeMapDeclined } from './declined.ts';
import { Heads } from './heads.ts';
import { makeMapInbox } from './inbox.ts';
import { makeMapIncidents } from './incidents.ts';
import { makeMapKeys } from './keys.ts';
import { makeMapReplies } from './replies.ts';
import { makeMapState } from './state.ts';

/** Everything that is kept, whatever it is kept in. */
export interface Stores {
  readonly incidents: IncidentStore;
  readonly config: ConfigStore;
  readonly keys: KeyStore;
  readonly replies: ReplyStore;
  readonly declined: DeclinedStore;
  readonly state: StateStore;
  readonly inbox: InboxStore;
}

/** Stores that live and die with the process; for tests, simulation and measurements. */
export function makeMapStores(): Stores {
  const heads = new Heads();
  const { replies, prune: pruneReplies } = makeMapReplies();
  const { declined, prune: pruneDeclined } = makeMapDeclined();
  const { state, prune: pruneState } = makeMapState(heads);
  const incidents = makeMapIncidents(heads, (at) => {
    pruneReplies(at);
    pruneDeclined(at);
    pruneState(at);
  });
  return { incidents, config: makeMapConfig(), keys: makeMapKeys(), replies, declined, state, inbox: makeMapInbox() };
}
