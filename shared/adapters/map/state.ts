import type { ContactHealth } from '../../domain/contact-health.ts';
import type { Instant } from '../../domain/time.ts';
import type { Mute } from '../../domain/mute.ts';
import type { StateStore, StoredOverride } from '../../ports.ts';
import type { Heads } from './heads.ts';

interface Request {
  readonly bodyHash: string;
  readonly answer: string | null;
  readonly expiresAt: Instant;
}

interface MapState {
  readonly state: StateStore;
  readonly prune: (at: Instant) => void;
}

const done = Promise.resolve();

const asMade = (a: StoredOverride, b: StoredOverride): number => a.madeAt - b.madeAt || (a.id < b.id ? -1 : 1);

/** What is outside both item and document, in memory; `prune` forgets requests that expired before the instant. */
export function makeMapState(heads: Heads): MapState {
  const mutes = new Map<string, Mute>();
  const health = new Map<string, ContactHealth>();
  const overrides = new Map<string, StoredOverride>();
  const requests = new Map<string, Request>();
  let lastSweep: Instant | null = null;

  const state: StateStore = {
    mute: (service) => Promise.resolve(mutes.get(service) ?? null),
    putMute(mute): Promise<void> {
      mutes.set(mute.service, mute);
      return done;
    },
    mutes: () => Promise.resolve([...mutes.values()]),
    endMute(service, at): Promise<boolean> {
      const mute = mutes.get(service);
      if (mute === undefined || mute.until <= at) return Promise.resolve(false);
      mutes.set(service, { ...mute, until: at });
      return Promise.resolve(true);
    },
    heldByMute: (services, limit) =>
      Promise.resolve(heads.held(({ held, service }) => held?.reason === 'muted' && services.includes(service), limit)),
    contactHealth: () => Promise.resolve([...health.values()]),
    putContactHealth(row): Promise<void> {
      health.set(JSON.stringify([row.person, row.contact]), row);
      return done;
    },
    overrides: (schedule, endingAfter) =>
      Promise.resolve(
        [...overrides.values()].filter((one) => (schedule === null || one.schedule === schedule) && one.until > endingAfter).sort(asMade),
      ),
    putOverride(override): Promise<void> {
      overrides.set(JSON.stringify([override.schedule, override.id]), override);
      return done;
    },
    removeOverride: (schedule, id) => Promise.resolve(overrides.delete(JSON.stringify([schedule, id]))),
    lastSweep: () => Promise.resolve(lastSweep),
    putLastSweep(real): Promise<void> {
      lastSweep = real;
      return done;
    },
    claimRequest(key, bodyHash, now, expiresAt): Promise<'new' | { readonly bodyHash: string; readonly answer: string | null }> {
      const known = requests.get(key);
      if (known !== undefined && known.expiresAt > now) return Promise.resolve({ bodyHash: known.bodyHash, answer: known.answer });
      requests.set(key, { bodyHash, answer: null, expiresAt });
      return Promise.resolve('new');
    },
    answerRequest(key, answer): Promise<void> {
      const known = requests.get(key);
      if (known !== undefined) requests.set(key, { ...known, answer });
      return done;
    },
  };

  const prune = (at: Instant): void => {
    for (const [key, { expiresAt }] of requests) if (expiresAt < at) requests.delete(key);
  };
  return { state, prune };
}
