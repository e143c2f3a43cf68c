import type { Bundle, BundleMember } from '../../domain/bundle.ts';
import { quietAt } from '../../domain/flood.ts';
import { formatIncidentId } from '../../domain/incident-id.ts';
import type { Instant } from '../../domain/time.ts';
import type { BundleStore, StoredTraffic } from '../../ports.ts';

interface MapBundles {
  readonly bundles: BundleStore;
  readonly prune: (at: Instant, now: Instant) => void;
}

interface Kept {
  readonly expiresAt: Instant;
  readonly members: Map<string, BundleMember>;
}

const done = Promise.resolve();

/** Bundles in memory; `prune` forgets contacts that have been quiet since the instant, and bundles that expired before `now`. */
export function makeMapBundles(): MapBundles {
  const contacts = new Map<string, StoredTraffic>();
  const bundles = new Map<string, Bundle>();
  const joined = new Map<string, Kept>();

  const store: BundleStore = {
    saveTraffic(contact, traffic, version, now): ReturnType<BundleStore['saveTraffic']> {
      const current = contacts.get(contact);
      const free = current === undefined || (version === null ? quietAt(current) <= now : current.version === version);
      if (!free) return Promise.resolve({ ok: false, current });
      contacts.set(contact, { ...traffic, version: (current?.version ?? 0) + 1 });
      return Promise.resolve({ ok: true });
    },
    open({ id, sendAt, expiresAt }): Promise<Bundle> {
      const bundle = bundles.get(id) ?? { id, version: 1, sendAt, carrier: null, result: null, expiresAt };
      bundles.set(id, bundle);
      return Promise.resolve(bundle);
    },
    find: (id) => Promise.resolve(bundles.get(id) ?? null),
    save(bundle): Promise<boolean> {
      if (bundles.get(bundle.id)?.version !== bundle.version - 1) return Promise.resolve(false);
      bundles.set(bundle.id, bundle);
      return Promise.resolve(true);
    },
    putMember({ id, expiresAt }, member): Promise<void> {
      const members = joined.get(id)?.members ?? new Map<string, BundleMember>();
      joined.set(id, { expiresAt, members: members.set(formatIncidentId(member.incident), member) });
      return done;
    },
    members: (id) => Promise.resolve([...(joined.get(id)?.members.values() ?? [])]),
  };

  const prune = (at: Instant, now: Instant): void => {
    for (const [contact, traffic] of contacts) if (quietAt(traffic) < at) contacts.delete(contact);
    for (const [id, { expiresAt }] of bundles) if (expiresAt < now) bundles.delete(id);
    for (const [id, { expiresAt }] of joined) if (expiresAt < now) joined.delete(id);
  };
  return { bundles: store, prune };
}
