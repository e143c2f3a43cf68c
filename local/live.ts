import { sparing } from '../shared/adapters/node/receiver-sparing.ts';
import { network } from '../shared/adapters/node/https-post.ts';
import { makePostTransports } from '../shared/adapters/node/post-transports.ts';
import { makeSmtpTransport, smtpLimitMs, type SmtpServer } from '../shared/adapters/node/smtp-transport.ts';
import type { LiveChannel } from './options.ts';
import { CannotStart } from './stop-reason.ts';

type World = Omit<Parameters<typeof makePostTransports>[0], 'network' | 'allowLoopback'>;
type Transports = ReturnType<typeof makePostTransports> & { readonly email: ReturnType<typeof makeSmtpTransport> };

/** What leaves this machine, and with what settings. */
export interface Sending {
  readonly live: readonly LiveChannel[];
  readonly allowLoopback: boolean;
  /** Where named secrets and the settings of e-mail stand. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export const nothingLive: Sending = { live: [], allowLoopback: false, environment: {} };

/** The ways that really leave this machine; for all others the inbox stands in. Refused (`CannotStart`): the settings of e-mail are missing. */
export function liveTransports({ live, allowLoopback, environment }: Sending, world: World): Partial<Transports> {
  const posts = makePostTransports({ ...world, network, allowLoopback });
  return {
    ...(live.includes('webhook') ? { webhook: posts.webhook } : {}),
    ...(live.includes('slack') ? { slack: posts.slack } : {}),
    ...(live.includes('smtp') ? { email: sparingEmail(makeSmtpTransport(smtpServer(environment)), world.clock) } : {}),
  };
}

/** Nobody else waits for a mail server that says nothing. One that takes its time is given it: nobody is mailed often. */
const sparingEmail = (send: Transports['email'], clock: World['clock']): Transports['email'] =>
  sparing(send, {
    receiverOf: () => '',
    isSilent: (result) => !result.ok && (result.code === 'timeout' || result.code === 'etimedout'),
    slowMs: smtpLimitMs,
    spared: { ok: false, permanent: false, code: 'spared', retryAfter: null },
    real: () => clock.real(),
  });

function smtpServer(environment: Sending['environment']): SmtpServer {
  const [url = '', from = ''] = [environment['TOCSIN_SMTP_URL']?.trim(), environment['TOCSIN_SMTP_FROM']?.trim()];
  if (!/^smtps?:$/.test(URL.parse(url)?.protocol ?? '')) {
    throw new CannotStart('--live smtp needs TOCSIN_SMTP_URL in the environment, such as smtps://user:password@mail.example.com.');
  }
  if (!/^[^\s@<>]+@[^\s@<>]+$/.test(from)) {
    throw new CannotStart('--live smtp needs TOCSIN_SMTP_FROM in the environment: the address that e-mail comes from.');
  }
  return { url, from };
}
