import type { IngestKey, KeyStore } from '../../ports.ts';

const done = Promise.resolve();

/** Ingest keys in memory. */
export function makeMapKeys(): KeyStore {
  const byId = new Map<string, IngestKey>();
  const byHash = new Map<string, string>();
  return {
    put(key): Promise<void> {
      byId.set(key.id, key);
      byHash.set(key.hash, key.id);
      return done;
    },
    byHash: (hash) => Promise.resolve(byId.get(byHash.get(hash) ?? '') ?? null),
    list: (service) =>
      Promise.resolve([...byId.values()].filter((key) => key.service === service).sort((a, b) => a.createdAt - b.createdAt)),
    revoke(service, keyId): Promise<boolean> {
      const key = byId.get(keyId);
      if (key?.service !== service) return Promise.resolve(false);
      byHash.delete(key.hash);
      return Promise.resolve(byId.delete(keyId));
    },
    touch(keyId, at): Promise<void> {
      const key = byId.get(keyId);
      if (key !== undefined && (key.lastUsedAt ?? 0) < at) byId.set(keyId, { ...key, lastUsedAt: at });
      return done;
    },
  };
}
