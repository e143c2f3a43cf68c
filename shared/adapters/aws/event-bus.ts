import { PutEventsCommand, type EventBridgeClient, type PutEventsResultEntry } from '@aws-sdk/client-eventbridge';
import type { SendResult, Transports } from '../../ports.ts';
import { refusalNamed, refusalOf } from './refusal.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html, and what a call as a whole is refused with. */
const taxonomy = {
  permanent: new Map([
    ['MalformedDetail', 'invalid-event'],
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

/** A call succeeds although an entry of it does not. */
const resultOf = (entry: PutEventsResultEntry | undefined): SendResult =>
  entry?.EventId === undefined ? refusalNamed(entry?.ErrorCode ?? 'unknown', taxonomy) : { ok: true, providerId: entry.EventId };

/** Events for custom targets, on a bus of Amazon EventBridge. */
export function makeCustom(client: EventBridgeClient, busName: string): Transports['custom'] {
  return async ({ detail }) => {
    try {
      const entry = { EventBusName: busName, Source: source, DetailType: 'notification', Detail: detail };
      const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: [entry] }));
      return resultOf(Entries[0]);
    } catch (cause) {
      return refusalOf(cause, taxonomy);
    }
  };
}
