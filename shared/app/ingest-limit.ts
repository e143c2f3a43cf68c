import type { Signal } from '../domain/signal.ts';
import type { Instant, Seconds } from '../domain/time.ts';
import { takeTokens, type Bucket, type BucketSize } from '../domain/token-bucket.ts';
import { refuse, type Answer } from '../http/answer.ts';
import type { RecordedEvent, SentEvent } from '../ingest/format.ts';
import type { Configuration, IngestKey, TakingPorts } from '../ports.ts';
import { SignalIntake } from './signals.ts';

/** The key used longest ago is forgotten for a new one: its bucket counts as full again. */
const mostKeys = 10_000;
/** How often this process asks, at most, that the catch-all of one service be told; whether it is told is decided by what is stored. */
const askEveryMs = 60_000;
const askAgainMs = 5000;

/** Keeps one sender from crowding out all others. */
export interface IngestLimit {
  /**
   * Counts events against the key, in real time. Null: they may come in. Else the answer that says when: 429, or 503 for senders that repeat
   * only that. Each alarm and each event that is only recorded counts one.
   */
  refusal(key: IngestKey, events: readonly (SentEvent | RecordedEvent)[], status: 429 | 503): Promise<Answer | null>;
}

/**
 * Acknowledges and resolves are free. One that is lost keeps people awake, and not every sender repeats it; each that does anything follows an alarm
 * that was counted.
 */
export const isCounted = ({ action }: SentEvent | RecordedEvent): boolean => action === 'trigger' || action === 'record';

/** A limit for each key, as the settings say. What was counted lives and dies with the process: each process counts for itself. */
export function makeIngestLimit(ports: TakingPorts, configuration: Configuration): IngestLimit {
  const buckets = new Map<string, Bucket>();
  const tell = makeTelling(ports, configuration);

  const take = (id: string, count: number, size: BucketSize): Seconds | null => {
    const { bucket, retryAfter } = takeTokens(buckets.get(id) ?? null, count, size, ports.clock.real());
    // Put in anew, so that the first of the map is the one used longest ago.
    buckets.delete(id);
    const [oldest] = buckets.size >= mostKeys ? buckets.keys() : [];
    if (oldest !== undefined) buckets.delete(oldest);
    buckets.set(id, bucket);
    return retryAfter;
  };

  return {
    async refusal(key, events, status) {
      const count = events.filter(isCounted).length;
      if (count === 0) return null;
      const { ingest } = (await configuration.directory()).settings;
      const retryAfter = take(key.id, count, ingest);
      if (retryAfter === null) return null;
      await tell(key, ingest);
      return refuse({
        ...{ status, code: 'ingest-limit', headers: { 'retry-after': String(retryAfter) } },
        detail:
          'This key sends more than it may (settings.ingest). Nothing that was over it was saved: send it again after the time that Retry-After says.',
      });
    },
  };
}

/**
 * Has the catch-all of a service told that its alarms are refused. That is an incident of the service under a key of its own: so it is durable, one for all
 * processes and keys, paged and answered like any other, and told once an hour at most by the policy it has. It comes in past the limit, the capacity
 * and the routes; while the service is muted nobody is told.
 */
function makeTelling(ports: TakingPorts, configuration: Configuration): (key: IngestKey, size: BucketSize) => Promise<void> {
  const intake = new SignalIntake(ports, configuration);
  const askAt = new Map<string, Instant>();
  return async ({ id, service }, size) => {
    const now = ports.clock.real();
    if (now < (askAt.get(service) ?? now)) return;
    if (askAt.size >= mostKeys) askAt.clear();
    // Before anything is awaited: the refusals that come meanwhile ask nothing.
    askAt.set(service, now + askEveryMs);
    try {
      await intake.tellCatchAll(notice(service, id, size), { id: ports.random.id(), body: null });
      ports.log.info('ingest-limit-reached', { service, keyId: id });
    } catch (cause) {
      askAt.set(service, now + askAgainMs);
      ports.log.error('ingest-limit-not-told', { service, keyId: id }, cause);
    }
  };
}

const notice = (service: string, keyId: string, { perSecond, burst }: BucketSize): Signal => ({
  ...{ service, dedupKey: 'tocsin-ingest-limit', severity: 'high', severityText: null, occurredAt: null },
  title: `Alarms are refused: one key sends more than ${perSecond} per second`,
  description:
    `The ingest key ${keyId} of this service sends more alarms than settings.ingest allows (${perSecond} per second, ${burst} at once). What is over it is answered ` +
    '429 or 503, and counts on being sent again. Stop what floods, or raise the limit. This ends by itself in an hour, and comes again if it still goes on.',
  ...{ source: 'tocsin', type: 'ingest-limit', environment: null, labels: {}, links: [], context: null },
  details: { keyId, perSecond, burst },
});
