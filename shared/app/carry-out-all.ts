import type { CommandId } from '../domain/commands.ts';
import type { FormatEvent } from '../ingest/format.ts';
import { carryOut, type Carrying } from './carry-out.ts';
import { Unavailable, type SignalAnswer } from './use-cases.ts';

interface Numbered {
  readonly index: number;
  readonly event: FormatEvent;
}

/** How many keys are worked on at once: writes that arrive together are committed together. */
const inFlight = 32;

/** What the event is about, whatever its kind. */
export const about = (event: FormatEvent) => (event.action === 'trigger' ? event.signal : event);

/** One command for each event, so that a repeat of the whole repeats each; a message of one service is another service's too. */
const commandOf = (command: CommandId, { event, index }: Numbered): CommandId =>
  event.messageId === undefined
    ? { id: `${command.id}-${index}`, body: command.body }
    : { id: `${about(event).service}-${event.messageId}`, body: null };

/** The events of each key, in the sender's order. */
function chainsOf(events: readonly FormatEvent[]): readonly (readonly Numbered[])[] {
  const chains = new Map<string, Numbered[]>();
  events.forEach((event, index) => {
    const key = about(event).dedupKey;
    const chain = chains.get(key);
    if (chain === undefined) chains.set(key, [{ index, event }]);
    else chain.push({ index, event });
  });
  return [...chains.values()];
}

/**
 * Carries out the events of one body, several keys at once and the events of one key one after the other; the answers stand in the
 * sender's order. Where one event cannot be committed, those behind it under its key are left and all other keys are still done; then it
 * throws `Unavailable`, and the repeat of the whole body does no harm.
 */
export async function carryOutAll(deps: Carrying, events: readonly FormatEvent[], command: CommandId): Promise<readonly SignalAnswer[]> {
  const answers = new Map<number, SignalAnswer>();
  const faults: unknown[] = [];
  const waiting = chainsOf(events).values();
  const work = async (): Promise<void> => {
    for (const chain of waiting) {
      try {
        for (const one of chain) answers.set(one.index, await carryOut(deps, one.event, commandOf(command, one)));
      } catch (cause) {
        faults.push(cause);
      }
    }
  };
  await Promise.all(Array.from({ length: inFlight }, work));
  if (faults.length > 0) throw new Unavailable(`${faults.length} keys of a body could not be committed`, { cause: faults[0] });
  return events.flatMap((_, index) => answers.get(index) ?? []);
}
