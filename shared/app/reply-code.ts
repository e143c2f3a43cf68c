import { createHmac, hash } from 'node:crypto';
import type { IncidentId } from '../domain/incident-id.ts';
import { formatIncidentId } from '../domain/incident-id.ts';
import { after, type Seconds } from '../domain/time.ts';
import { keyObject } from '../http/signing.ts';
import type { Ports, SigningKey } from '../ports.ts';

/** A code is one number's for one incident this long. */
const validFor: Seconds = 30 * 24 * 3600;
/** Digits of each draw: short while short codes are easily had, longer for a number that is paged a lot. */
const draws = [4, 4, 4, 5, 5, 5, 6, 6] as const;
/** Rounds of draws before a page goes out without a code. */
const rounds = 4;
const bytesOfDraw = 4;

interface CodeFor {
  readonly incident: IncidentId;
  readonly number: string;
  readonly person: string;
  readonly cycle: number;
  readonly level: number;
}

/** Random to everybody without the key, and the same again for us: a code that was taken and then forgotten in a crash is found again. */
function bytesFor(key: SigningKey, wanted: CodeFor, round: number): Buffer {
  return hash('sha256', `${seedOf(key)}\0${formatIncidentId(wanted.incident)}\0${wanted.number}\0${String(round)}`, 'buffer');
}

const seeds = new WeakMap<SigningKey, string>();

/** The key's share in the draw. A code only has to be hard to guess and proves nothing by itself, so that a hash over a secret will do. */
function seedOf(key: SigningKey): string {
  const known = seeds.get(key);
  if (known !== undefined) return known;
  const seed = createHmac('sha256', keyObject(key)).update('tocsin/code/1').digest('hex');
  seeds.set(key, seed);
  return seed;
}

/** The first digit is never 0: a code is read aloud and typed by hand. */
function codeOf(bytes: Buffer, index: number, digits: number): string {
  const lowest = 10 ** (digits - 1);
  return String(lowest + (bytes.readUInt32BE(index * bytesOfDraw) % (9 * lowest)));
}

/** The code that answers an incident from a number; the same for every page of it to that number. Null when none is free. */
export async function takeReplyCode(ports: Pick<Ports, 'replies' | 'clock'>, key: SigningKey, wanted: CodeFor): Promise<string | null> {
  const now = ports.clock.now();
  for (let round = 0; round < rounds; round += 1) {
    const bytes = bytesFor(key, wanted, round);
    for (const [index, digits] of draws.entries()) {
      const code = codeOf(bytes, index, digits);
      if ((await ports.replies.claimCode({ ...wanted, code, expiresAt: after(now, validFor) }, now)) === 'ours') return code;
    }
  }
  return null;
}
