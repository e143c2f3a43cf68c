/**
 * Stands in for `@smithy/core/event-streams` in the bundles: nothing that is asked of AWS here answers with a stream of events. The SDK imports it only when
 * something does, and for the sake of that import the bundler would keep all that it shares with the rest, whether used or not.
 */
export const eventStreamSerdeProvider = (): never => {
  throw new Error('streams of events are left out of the bundle');
};

export const EventStreamSerde = eventStreamSerdeProvider;
