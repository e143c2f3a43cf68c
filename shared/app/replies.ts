import {
  acknowledgedReply,
  escalatedBeforeReply,
  escalatedReply,
  movedOnReply,
  refusedReply,
  resolvedReply,
  tooManyWrongReply,
  unavailableReply,
  unknownCodeReply,
} from '../channels/reply-texts.ts';
import { allDoneReply, othersOpen } from '../channels/bundle-reply-texts.ts';
import { bundleOf, bySeverity, type BundleMember } from '../domain/bundle.ts';
import type { ActCommand } from '../domain/commands.ts';
import type { Directory } from '../domain/directory.ts';
import type { Incident } from '../domain/incident.ts';
import { isCarrierKeyword, parseReply, type ReplyAction } from '../domain/sms-reply.ts';
import { after } from '../domain/time.ts';
import type { Configuration, Ports, ReplyCode, TakingPorts } from '../ports.ts';
import { displayed } from './ack-standing.ts';
import { actorOf, answerAct } from './answer-act.ts';
import { answerAll } from './bundle-answers.ts';
import { escalateEffect, type EscalateEffect } from './escalate-effect.ts';
import { isOpen, listOf, pageIn, pageOf, pagesOf, type Page } from './open-pages.ts';
import { makeReplyGuard } from './reply-guard.ts';
import { Unavailable, type Acts } from './use-cases.ts';

/** An SMS that somebody sent us; the provider's message id tells a repeated delivery. */
interface IncomingSms {
  readonly from: string;
  readonly text: string;
  readonly messageId: string;
  /** The message of ours that it follows, as the provider knows it, where it says so. */
  readonly answers?: string | null;
}

/** Answers to the number that wrote, and to no other; none where silence is the answer. */
export type Reply = (sms: IncomingSms) => Promise<readonly string[]>;

type ReplyPorts = TakingPorts & Pick<Ports, 'replies' | 'bundles'>;

const messageIdKept = 7 * 24 * 3600;

const escalateReplies: Readonly<Record<EscalateEffect, (page: Page) => string>> = {
  escalated: escalatedReply,
  'asked-before': escalatedBeforeReply,
  'moved-on': movedOnReply,
};

function doneReply(action: ReplyAction, found: ReplyCode, sms: IncomingSms, incident: Incident, page: Page): string {
  switch (action) {
    case 'acknowledge':
      return acknowledgedReply(page, found.code);
    case 'resolve':
      return resolvedReply(page);
    case 'escalate':
      return escalateReplies[escalateEffect(incident, commandOf(sms), found)](page);
    default:
      return action satisfies never;
  }
}

/** Names the act that an SMS asks for: its repeat is the same act. */
const commandOf = (sms: IncomingSms): string => `sms-${sms.messageId}`;

async function byCode(acts: Acts, found: ReplyCode, action: ReplyAction, sms: IncomingSms, directory: Directory): Promise<string> {
  const answer = await acts(found.incident, answerAct(action, actorOf(found.person, directory), found), { id: commandOf(sms), body: null });
  const zone = directory.people.get(found.person)?.zone ?? directory.settings.zone;
  switch (answer.kind) {
    case 'done':
      return doneReply(action, found, sms, answer.incident, pageOf(answer.incident, directory));
    case 'refused': {
      const { code, act } = answer.refusal;
      const who = act === null ? null : displayed(act, directory);
      return refusedReply(pageOf(answer.incident, directory), code, who, zone, action);
    }
    case 'not-found':
    case 'body-differs':
      return unknownCodeReply();
    default:
      return answer satisfies never;
  }
}

interface AnswerToBundle {
  readonly bundle: string;
  readonly found: ReplyCode;
  /** All that the number could answer with. */
  readonly codes: readonly ReplyCode[];
  readonly action: ReplyAction;
  readonly sms: IncomingSms;
  readonly directory: Directory;
}

/** What came of it, and what it did not mean: who believes that all is acknowledged goes back to sleep. */
async function toAll(ports: ReplyPorts, acts: Acts, { bundle, found, codes, action, sms, directory }: AnswerToBundle): Promise<string> {
  const act = (member: BundleMember): ActCommand => answerAct(action, actorOf(member.person, directory), member);
  const members = bySeverity(await ports.bundles.members(bundle));
  if (members.length === 0) return unknownCodeReply();
  const { done, notDone } = await answerAll(acts, members, { commandId: commandOf(sms), act });
  const reply = allDoneReply(action, done, notDone, found.code);
  // Who escalates knows that there are open ones.
  return action === 'escalate' ? reply : reply + othersOpen((await pagesOf(ports, codes)).pages.filter(isOpen).length);
}

/** What comes back to a message of a number that is listened to. */
function makeAnswer(
  ports: ReplyPorts,
  acts: Acts,
  guard: Pick<ReturnType<typeof makeReplyGuard>, 'wrongCode' | 'otherText'>,
): (sms: IncomingSms, codes: readonly ReplyCode[], directory: Directory) => Promise<readonly string[]> {
  /**
   * A bare `ack` means the page that it follows; where nobody says which, it is taken at its word only where it can mean one page. Delivered again it
   * means the same one.
   */
  async function bareAck(codes: readonly ReplyCode[], sms: IncomingSms, directory: Directory): Promise<string> {
    const all = await pagesOf(ports, codes);
    const open = all.pages.filter(isOpen);
    const meant = all.pages.find(({ incident }) => incident.commands.some((one) => one.id === commandOf(sms)));
    const followed = meant !== undefined || !sms.answers ? null : await pageIn(ports, all.pages, sms.answers);
    const only = meant ?? followed ?? (open.length === 1 ? open[0] : undefined);
    return only === undefined ? listOf(all, directory) : byCode(acts, only.found, 'acknowledge', sms, directory);
  }

  async function wrongCode(number: string, { peopleByPhone }: Directory): Promise<readonly string[]> {
    const verdict = await guard.wrongCode(number, peopleByPhone.get(number) ?? []);
    switch (verdict) {
      case 'answer':
        return [unknownCodeReply()];
      case 'last':
        return [tooManyWrongReply()];
      case 'ignored':
        return [];
      default:
        return verdict satisfies never;
    }
  }

  async function answer(sms: IncomingSms, codes: readonly ReplyCode[], directory: Directory): Promise<readonly string[]> {
    const reply = parseReply(sms.text);
    switch (reply.kind) {
      case 'none': {
        const all = isCarrierKeyword(sms.text) ? null : await pagesOf(ports, codes);
        if (!all?.pages.some(isOpen) || (await guard.otherText(sms.from)) === 'ignored') return [];
        return [listOf(all, directory)];
      }
      case 'bareAck':
        return [await bareAck(codes, sms, directory)];
      case 'code': {
        const found = await ports.replies.findCode(sms.from, reply.code, ports.clock.now());
        if (found === null) return wrongCode(sms.from, directory);
        const all = bundleOf(found.incident);
        return [
          await (all === null
            ? byCode(acts, found, reply.action, sms, directory)
            : toAll(ports, acts, { bundle: all, found, codes, action: reply.action, sms, directory })),
        ];
      }
      default:
        return reply satisfies never;
    }
  }

  return answer;
}

/**
 * Understands SMS answers to pages. A fault before it is known who wrote is thrown, so that the message is delivered again; after that the number is
 * told that nothing was saved.
 */
export function makeReply(ports: ReplyPorts, configuration: Configuration, acts: Acts): Reply {
  const guard = makeReplyGuard(ports);
  const answer = makeAnswer(ports, acts, guard);

  /** What was done is done, whether or not this is remembered: done again it is the same. */
  async function noteAnswered(request: string): Promise<void> {
    try {
      await ports.state.answerRequest(request, 'answered');
    } catch (cause) {
      ports.log.error('reply-not-noted', {}, cause);
    }
  }

  /** Once for each message; one whose handling broke off is taken up again. */
  async function once(sms: IncomingSms, codes: readonly ReplyCode[], directory: Directory): Promise<readonly string[]> {
    const now = ports.clock.now();
    const request = `sms/${sms.messageId}`;
    const before = await ports.state.claimRequest(request, '', now, after(now, messageIdKept));
    if (before !== 'new' && before.answer !== null) return [];
    if (await guard.ignored(sms.from)) return [];
    const replies = await answer(sms, codes, directory);
    await noteAnswered(request);
    return replies;
  }

  return async (sms) => {
    const directory = await configuration.directory();
    const codes = await ports.replies.codes(sms.from, ports.clock.now());
    if (codes.length === 0 && !directory.peopleByPhone.has(sms.from)) return [];
    try {
      return await once(sms, codes, directory);
    } catch (cause) {
      if (!(cause instanceof Unavailable)) ports.log.error('reply-failed', {}, cause);
      return [unavailableReply()];
    }
  };
}
