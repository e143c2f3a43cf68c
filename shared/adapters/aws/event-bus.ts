import { PutEventsCommand, type EventBridgeClient, type PutEventsResultEntry } from '@aws-sdk/client-eventbridge';
import type { OutgoingEvent } from '../../domain/publishing.ts';
import type { Bus, SendResult, Transports } from '../../ports.ts';
import { refusalNamed, refusalOf } from './refusal.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html, and what a call as a whole is refused with. */
const taxonomy = {
  permanent: new Map([
    ['MalformedDetail', 'malformed-event'],
    ['InvalidArgument', 'invalid-event'],
    ['ValidationException', 'invalid-event'],
    ['AccessDeniedException', 'not-allowed'],
    ['InvalidAccountIdException', 'not-allowed'],
    ['NotAuthorizedForSourceException', 'not-allowed'],
    ['NotAuthorizedForDetailTypeException', 'not-allowed'],
    ['ResourceNotFoundException', 'not-configured'],
  ]),
  transient: new Map([
    ['ThrottlingException', 'throttled'],
    ['LimitExceededException', 'quota'],
    ['InternalFailure', 'provider-fault'],
    ['InternalException', 'provider-fault'],
    ['RedactionFailure', 'provider-fault'],
  ]),
};

const source = 'tocsin';
// Of one call: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
const mostEntries = 10;
const mostBytes = 256 * 1024;

/** A call succeeds although an entry of it does not. */
const resultOf = (entry: PutEventsResultEntry | undefined): SendResult =>
  entry?.EventId === undefined ? refusalNamed(entry?.ErrorCode ?? 'unknown', taxonomy) : { ok: true, providerId: entry.EventId };

/** How many of the first go into one call. One event alone always does, because it was made to fit. */
function fitting(events: readonly OutgoingEvent[]): number {
  let bytes = 0;
  const over = events.findIndex(({ type, detail }) => (bytes += Buffer.byteLength(`${source}${type}${detail}`)) > mostBytes);
  return Math.min(mostEntries, over === -1 ? events.length : Math.max(1, over));
}

/** A bus of Amazon EventBridge. */
export function makeEventBus(client: EventBridgeClient, busName: string): Bus {
  return {
    async publish(events) {
      const some = events.slice(0, fitting(events));
      const entries = some.map(({ type, detail }) => ({ EventBusName: busName, Source: source, DetailType: type, Detail: detail }));
      try {
        const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: entries }));
        return some.map((_, place) => resultOf(Entries[place]));
      } catch (cause) {
        const refused = refusalOf(cause, taxonomy);
        return some.map(() => refused);
      }
    },
  };
}

/** Events for custom targets, on the same bus. */
export const makeCustom =
  (bus: Bus): Transports['custom'] =>
  async ({ detail }) => {
    const [result] = await bus.publish([{ type: 'notification', detail }]);
    if (result === undefined) throw new Error('the bus said nothing of the event');
    return result;
  };
