import * as z from 'zod';
import type { OutgoingEvent } from '../shared/domain/publishing.ts';
import type { Bus, Ports, SendResult } from '../shared/ports.ts';

const detail = z.object({
  type: z.string(),
  timestamp: z.string(),
  data: z.looseObject({ eventId: z.string(), seq: z.number(), incident: z.looseObject({ id: z.string(), state: z.string() }) }),
});

/** A bus that keeps what was put on it, and says of each event what a test wants. */
export class RecordedBus implements Bus {
  readonly events: OutgoingEvent[] = [];
  /** Calls, with or without success. */
  calls = 0;
  answer: (event: OutgoingEvent) => SendResult | 'throw' = () => ({ ok: true, providerId: null });

  publish(events: readonly OutgoingEvent[]): Promise<readonly SendResult[]> {
    this.calls += 1;
    const results = events.map((event) => {
      const said = this.answer(event);
      if (said === 'throw') throw new Error('the bus cannot be reached');
      if (said.ok) this.events.push(event);
      return said;
    });
    return Promise.resolve(results);
  }

  /** What was put on it, read. */
  details(): readonly z.output<typeof detail>[] {
    return this.events.map((event) => detail.parse(JSON.parse(event.detail)));
  }

  /** Ports with this bus, as where it is asked for. */
  readonly withBus = (ports: Ports): Ports => ({ ...ports, publishes: true, bus: this });
}
