import type { NotDone } from '../channels/bundle-reply-texts.ts';
import type { BundleMember } from '../domain/bundle.ts';
import type { ActCommand } from '../domain/commands.ts';
import { escalateEffect } from './escalate-effect.ts';
import { Unavailable, type Acts } from './use-cases.ts';

const actsAtOnce = 25;

/** The act that an answer asks of one of the incidents, and its name: its repeat is the same act. */
interface AnswerToAll {
  readonly commandId: string;
  readonly act: (member: BundleMember) => ActCommand;
}

/** Of how many incidents it was possible, and of how many not, and why. */
interface AnsweredAll {
  readonly done: number;
  readonly notDone: ReadonlyMap<NotDone, number>;
}

async function actOn(acts: Acts, { act, commandId }: AnswerToAll, member: BundleMember): Promise<NotDone | null> {
  try {
    const answer = await acts(member.incident, act(member), { id: commandId, body: null });
    switch (answer.kind) {
      case 'done': {
        const effect = act(member).type === 'escalate' ? escalateEffect(answer.incident, commandId, member) : 'escalated';
        return effect === 'escalated' ? null : effect;
      }
      case 'refused':
        return answer.refusal.code;
      case 'not-found':
      case 'body-differs':
        return 'gone';
      default:
        return answer satisfies never;
    }
  } catch (cause) {
    if (cause instanceof Unavailable) return 'not-saved';
    throw cause;
  }
}

/** Acts on every incident of a bundle, each by the rules for one. Throws `Unavailable` when nothing at all could be saved. */
export async function answerAll(acts: Acts, members: readonly BundleMember[], answer: AnswerToAll): Promise<AnsweredAll> {
  const notDone = new Map<NotDone, number>();
  for (let from = 0; from < members.length; from += actsAtOnce) {
    const some = await Promise.all(members.slice(from, from + actsAtOnce).map((member) => actOn(acts, answer, member)));
    for (const reason of some) if (reason !== null) notDone.set(reason, (notDone.get(reason) ?? 0) + 1);
  }
  const failed = [...notDone.values()].reduce((sum, count) => sum + count, 0);
  if (notDone.get('not-saved') === members.length) throw new Unavailable('nothing could be committed');
  return { done: members.length - failed, notDone };
}
