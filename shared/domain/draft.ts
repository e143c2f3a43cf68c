import type { Context } from './commands.ts';
import type { EventBody, IncidentEvent } from './events.ts';
import { evolve } from './evolve.ts';
import type { Incident } from './incident.ts';

/** A decision being made: each event is numbered, stamped and folded at once, so that the next step sees its effect. */
export class Draft {
  readonly events: IncidentEvent[] = [];
  /** The item as the events so far leave it; its bookkeeping waits for `commit`. */
  record: Incident;
  readonly context: Context;
  #seq: number;

  constructor(record: Incident, context: Context) {
    this.record = record;
    this.context = context;
    this.#seq = record.seq;
  }

  emit(body: EventBody): void {
    this.#seq += 1;
    const event: IncidentEvent = { ...body, seq: this.#seq, at: this.context.now };
    this.events.push(event);
    this.record = evolve(this.record, event);
  }
}
