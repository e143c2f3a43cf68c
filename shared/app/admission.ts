import type { Bundle, BundleMember } from '../domain/bundle.ts';
import { admit, followersAfter, type Lane } from '../domain/flood.ts';
import type { Severity } from '../domain/severity.ts';
import { after, type Instant, type Seconds } from '../domain/time.ts';
import type { Ports, StoredTraffic } from '../ports.ts';

/** A lost race is tried anew so often: after four others have written, a bundle is open and nothing more need be written. */
const attempts = 8;
/** Answers to a bundle are understood this long after it leaves. */
const keptFor: Seconds = 30 * 24 * 3600;

/** A page that asks whether it may leave now. */
interface Page {
  /** Channel and address. */
  readonly contact: string;
  readonly lane: Lane;
  readonly severity: Severity;
  /** It has so long until its time. */
  readonly early: Seconds;
  /** Names the page: asked for again it has its place already. */
  readonly holder: string;
  /** What a bundle keeps of it. */
  readonly member: () => BundleMember;
}

/** The bundle a page waits in, and when it is to be looked at again. */
interface Waiting {
  readonly bundle: string;
  readonly until: Instant;
}

type AdmissionPorts = Pick<Ports, 'bundles' | 'clock' | 'random'>;

/** Puts the page in before it looks whether the bundle is still open: whoever closes it afterwards finds it. False: it was closed before. */
async function join({ bundles }: AdmissionPorts, bundle: Pick<Bundle, 'id' | 'sendAt'>, member: BundleMember): Promise<boolean> {
  const kept = { ...bundle, expiresAt: after(bundle.sendAt, keptFor) };
  await bundles.putMember(kept, member);
  const found = (await bundles.find(bundle.id)) ?? (await bundles.open(kept));
  return found.carrier === null;
}

const without = (stored: StoredTraffic, lane: Lane): StoredTraffic => ({ ...stored, open: { ...stored.open, [lane]: null } });

/** Nothing keeps a page back that has come to its time, of a contact that has been quiet. */
const mayWait = (stored: StoredTraffic | null, early: Seconds): boolean => stored !== null || early > 0;

/**
 * Asks for a page whether it may leave alone: then null. Else it has been put into a bundle. For a contact that has been quiet this is one conditional
 * write. A fault is thrown; nothing is lost by it, since a page that is in a bundle may leave alone all the same.
 */
export async function askAdmission(
  ports: AdmissionPorts,
  { contact, lane, severity, early, holder, member }: Page,
): Promise<Waiting | null> {
  let stored: StoredTraffic | null = null;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const now = ports.clock.now();
    const admission = admit(stored, { holder, lane, severity, now, early }, mayWait(stored, early) ? ports.random.id() : '');
    if (admission.kind !== 'join') {
      const saved = await ports.bundles.saveTraffic(contact, admission.traffic, stored?.version ?? null, now);
      if (!saved.ok) {
        stored = saved.current;
        continue;
      }
    }
    if (admission.kind === 'alone') return null;
    const { id, sendAt } = admission.bundle;
    if (await join(ports, { id, sendAt }, member())) {
      return { bundle: id, until: admission.kind === 'open' ? sendAt : after(sendAt, followersAfter) };
    }
    if (stored === null || admission.kind === 'open') return null;
    stored = without(stored, lane);
  }
  return null;
}
