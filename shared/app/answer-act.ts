import type { ActCommand, SeenPosition } from '../domain/commands.ts';
import type { Directory } from '../domain/directory.ts';
import type { ReplyAction } from '../domain/sms-reply.ts';

/** What an answer to a page asks of its incident; `seen`: the position that the page showed. */
export function answerAct(action: ReplyAction, by: string, seen: SeenPosition): ActCommand {
  switch (action) {
    case 'acknowledge':
      return { type: 'acknowledge', by, note: null };
    case 'resolve':
      return { type: 'resolve', by, note: null, occurredAt: null, bySource: false };
    case 'escalate':
      return { type: 'escalate', by, reason: null, force: false, from: { cycle: seen.cycle, level: seen.level } };
    default:
      return action satisfies never;
  }
}

/** The name under which somebody who was paged acts: of an address the target itself. */
export const actorOf = (person: string, { people }: Pick<Directory, 'people'>): string => (people.has(person) ? `user:${person}` : person);
