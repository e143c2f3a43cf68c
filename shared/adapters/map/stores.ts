import type { BundleStore, ConfigStore, DeclinedStore, HandoffStore, InboxStore, KeyStore, StateStore } from '../../ports.ts';
import { makeMapBundles } from './bundles.ts';
import { makeMapConfig } from './config.ts';
import { makeMapDeclined } from './declined.ts';
import { makeMapHandoffs } from './handoffs.ts';
import { Heads } from './heads.ts';
import { makeMapInbox } from './inbox.ts';
import { makeMapIncidents, type KeptIncidents } from './incidents.ts';
import { makeMapKeys } from './keys.ts';
import { makeMapReplies, type KeptReplies } from './replies.ts';
import { makeMapState } from './state.ts';

/** Everything that is kept, whatever it is kept in. */
export interface Stores {
  readonly incidents: KeptIncidents;
  readonly config: ConfigStore;
  readonly keys: KeyStore;
  readonly replies: KeptReplies;
  readonly bundles: BundleStore;
  readonly handoffs: HandoffStore;
  readonly declined: DeclinedStore;
  readonly state: StateStore;
  readonly inbox: InboxStore;
}

/** Stores that live and die with the process; for tests, simulation and measurements. */
export function makeMapStores(): Stores {
  const heads = new Heads();
  const { replies, prune: pruneReplies } = makeMapReplies();
  const { bundles, prune: pruneBundles } = makeMapBundles();
  const { declined, prune: pruneDeclined } = makeMapDeclined();
  const { state, prune: pruneState } = makeMapState(heads);
  const incidents = makeMapIncidents(heads, (at, now) => {
    pruneReplies(now);
    pruneBundles(at, now);
    pruneDeclined(at);
    pruneState(now);
  });
  const [config, keys, handoffs, inbox] = [makeMapConfig(), makeMapKeys(), makeMapHandoffs(), makeMapInbox()];
  return { incidents, config, keys, replies, bundles, handoffs, declined, state, inbox };
}
