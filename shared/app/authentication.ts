import type { Instant } from '../domain/time.ts';
import { bearerToken, hashCredential, looksLikeIngestKey, sameHash, unauthorized } from '../http/credentials.ts';
import type { Problem } from '../http/problem.ts';
import type { IngestKey, Secrets, TakingPorts } from '../ports.ts';

type Verdict<T> = { readonly ok: true; readonly caller: T } | { readonly ok: false; readonly problem: Problem };

/** What a request brings: the Authorization header, and the `key` of its query. */
export interface Credentials {
  readonly authorization: string | null | undefined;
  readonly key: string | undefined;
}

export interface Authentication {
  /** The caller of a route for senders: an ingest key in the header or as `?key=`. 401 unknown, 403 for an API token. */
  ingest(given: Credentials): Promise<Verdict<IngestKey>>;
  /** The caller of every other route: the administrator's API token. 401 unknown, 403 for an ingest key. */
  admin(given: Credentials): Promise<Verdict<'admin'>>;
  /** The ingest key a text is, or null. Positive answers may be up to 10 s old. */
  ingestKey(token: string): Promise<IngestKey | null>;
  /** Forgets what was cached, so that a revoked key ends at once in this process. */
  forget(): void;
}

/** How long a revoked key may still be taken for valid, in real time. */
const cacheMs = 10_000;
const maxCached = 10_000;
const touchMs = 60_000;

interface Cached {
  readonly key: IngestKey;
  readonly until: Instant;
}

type AuthenticationPorts = Pick<TakingPorts, 'clock' | 'keys' | 'log'> & {
  /** Null where only senders are served: an API token is not told from any other wrong credential there. */
  readonly secrets: Pick<Secrets, 'adminTokenHash'> | null;
};

/** Knows callers by their credentials. */
export function makeAuthentication(ports: AuthenticationPorts): Authentication {
  const cache = new Map<string, Cached>();
  const touch = makeTouch(ports);

  const ingestKey = async (token: string): Promise<IngestKey | null> => {
    if (!looksLikeIngestKey(token)) return null;
    const hash = hashCredential(token);
    const now = ports.clock.real();
    const cached = cache.get(hash);
    if (cached !== undefined && cached.until > now) {
      await touch(cached.key, now);
      return cached.key;
    }
    const key = await ports.keys.byHash(hash);
    if (key === null) {
      cache.delete(hash);
      return null;
    }
    if (cache.size >= maxCached) cache.clear();
    cache.set(hash, { key, until: now + cacheMs });
    await touch(key, now);
    return key;
  };

  const isAdmin = async (token: string): Promise<boolean> =>
    ports.secrets !== null && sameHash(hashCredential(token), await ports.secrets.adminTokenHash());

  return {
    ingestKey,
    async ingest(given) {
      const token = bearerToken(given.authorization) ?? given.key ?? null;
      if (token === null) return { ok: false, problem: unauthorized(Boolean(given.authorization)) };
      const key = await ingestKey(token);
      if (key !== null) return { ok: true, caller: key };
      return { ok: false, problem: (await isAdmin(token)) ? ingestKeyNeeded : unauthorized(true) };
    },
    async admin(given) {
      const token = bearerToken(given.authorization);
      if (token !== null && (await isAdmin(token))) return { ok: true, caller: 'admin' };
      const possibleKey = token ?? given.key;
      if (possibleKey !== undefined && (await ingestKey(possibleKey)) !== null) return { ok: false, problem: apiTokenNeeded };
      return { ok: false, problem: unauthorized(token !== null || Boolean(given.authorization)) };
    },
    forget() {
      cache.clear();
    },
  };
}

const ingestKeyNeeded: Problem = {
  status: 403,
  code: 'ingest-key-needed',
  detail: 'Signals are sent with the ingest key of a service, not with an API token: POST /v1/services/{id}/keys makes one.',
};

const apiTokenNeeded: Problem = {
  status: 403,
  code: 'api-token-needed',
  detail: 'An ingest key may only send signals; this needs an API token.',
};

/** Notes the last use of each key, at most once a minute. A use that cannot be noted is no reason to turn a signal away. */
function makeTouch(ports: Pick<TakingPorts, 'clock' | 'keys' | 'log'>): (key: IngestKey, real: Instant) => Promise<void> | undefined {
  const touchedAt = new Map<string, Instant>();
  return (key, real) => {
    const last = touchedAt.get(key.id);
    if (last !== undefined && real - last < touchMs) return undefined;
    if (touchedAt.size >= maxCached) touchedAt.clear();
    touchedAt.set(key.id, real);
    return ports.keys.touch(key.id, ports.clock.now()).catch((cause: unknown) => {
      ports.log.error('ingest-key-not-touched', { keyId: key.id }, cause);
    });
  };
}
