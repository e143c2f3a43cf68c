import { Webhook } from 'standardwebhooks';
import { secretName } from '../../domain/directory.ts';
import type { Clock, PostMessage, Random, Secrets, SendResult, Transports } from '../../ports.ts';
import { sparing } from './receiver-sparing.ts';
import { makePost, type Network } from './https-post.ts';
import { postResult } from './post-result.ts';
import { webhookSigning } from './secrets.ts';

interface World {
  readonly secrets: Pick<Secrets, 'named'>;
  readonly clock: Pick<Clock, 'real'>;
  readonly random: Pick<Random, 'id'>;
  readonly network: Network;
  readonly allowLoopback: boolean;
}

const limitMs = 5000;
const slowMs = 2000;
const common = { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'Tocsin' } as const;

const refused = (code: string): SendResult => ({ ok: false, permanent: true, code, retryAfter: null });

/** What a destination is made of: a URL and, behind white space, the signing secrets of that receiver alone. */
interface Destination {
  readonly url: string;
  readonly signing: readonly string[];
}

const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

/** Webhooks and chat messages that really leave, over HTTPS. */
export function makePostTransports({ secrets, clock, random, network, allowLoopback }: World): Pick<Transports, 'webhook' | 'slack'> {
  const post = sparing(makePost({ network, allowLoopback, limitMs }), {
    receiverOf: ({ url }) => url,
    isSilent: (posted) => posted.kind === 'unanswered' && posted.why === 'timeout',
    slowMs,
    spared: { kind: 'unanswered', why: 'spared', code: null },
    real: () => clock.real(),
  });

  /** Null: the secret is not there. */
  async function destinationOf(to: string): Promise<Destination | null> {
    const name = secretName(to);
    if (name === null) return { url: to, signing: [] };
    const [url, ...signing] = words((await secrets.named(name)) ?? '');
    return url === undefined ? null : { url, signing };
  }

  async function webhook({ to, body, about }: PostMessage): Promise<SendResult> {
    const destination = await destinationOf(to);
    if (destination === null) return refused('unknown-secret');
    const signing = destination.signing.length > 0 ? destination.signing : words((await secrets.named(webhookSigning)) ?? '');
    const id = about.notificationId ?? random.id();
    const real = clock.real();
    const signature = signatureOf(signing, id, real, body);
    if (signature === null) return refused('invalid-signing-secret');
    const headers = { ...common, 'webhook-id': id, 'webhook-timestamp': String(Math.floor(real / 1000)), 'webhook-signature': signature };
    return postResult(await post({ url: destination.url, headers, body }), clock.real());
  }

  async function slack({ to, body }: PostMessage): Promise<SendResult> {
    const destination = await destinationOf(to);
    if (destination === null) return refused('unknown-secret');
    return slackResult(postResult(await post({ url: destination.url, headers: common, body }), clock.real(), slackCode));
  }

  return { webhook, slack };
}

/** One signature for each secret, so that a receiver may still know the old one while it is replaced. Null: there is none, or one that is none. */
function signatureOf(signing: readonly string[], id: string, real: number, body: string): string | null {
  if (signing.length === 0 || !signing.every((secret) => secret.startsWith('whsec_'))) return null;
  try {
    return signing.map((secret) => new Webhook(secret).sign(id, new Date(real), body)).join(' ');
  } catch {
    return null;
  }
}

/** Slack answers with a word: `no_service`. */
const slackCode = (text: string): string | null => /^[a-z_]{1,50}$/.exec(text.trim())?.[0] ?? null;

/** What no further try can change, whatever the status it comes with. */
const slackPermanent: readonly string[] = [
  ...['no_service', 'no_service_id', 'no_team', 'team_disabled', 'invalid_token', 'no_active_hooks', 'action_prohibited'],
  ...['channel_not_found', 'channel_is_archived', 'posting_to_general_channel_denied', 'user_not_found'],
  ...['invalid_payload', 'invalid_blocks', 'invalid_blocks_format', 'no_text', 'too_many_attachments'],
];

function slackResult(result: SendResult): SendResult {
  return !result.ok && slackPermanent.includes(result.code) ? { ...result, permanent: true, retryAfter: null } : result;
}
