import { hash } from 'node:crypto';
import { toBase32 } from '../domain/base32.ts';

/** The partition of an incident: the first 128 bits of SHA-256 over the length-prefixed service and dedup key, as 26 characters of base32. */
export function incidentKey(service: string, dedupKey: string): string {
  const digest = hash('sha256', `${String(service.length)}:${service}${String(dedupKey.length)}:${dedupKey}`, 'buffer');
  return toBase32(digest.subarray(0, 16));
}

/** The same for an alarm of our own about a service. No service has an empty id, so that no signal of a sender comes to such an incident. */
export const ownIncidentKey = (service: string, dedupKey: string): string => incidentKey('', `${service}/${dedupKey}`);
