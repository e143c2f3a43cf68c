import { createTransport } from 'nodemailer';
import { isLoopbackLiteral } from '../../schema/public-address.ts';
import { hostOf } from '../../schema/webhook-address.ts';
import type { EmailMessage, SendResult, Transports } from '../../ports.ts';
import { isCertificateError } from './certificate-error.ts';

export interface SmtpServer {
  /** `smtps://user:password@mail.example.com`, or `smtp://` with STARTTLS; as nodemailer reads it. */
  readonly url: string;
  /** The sender's address. */
  readonly from: string;
}

/** So long a message has for everything. */
export const smtpLimitMs = 5000;

/** E-mail that really leaves, through one SMTP server; a connection for each message, which has so long for everything. */
export function makeSmtpTransport({ url, from }: SmtpServer, limitMs = smtpLimitMs): Transports['email'] {
  const limits = { connectionTimeout: limitMs, greetingTimeout: limitMs, socketTimeout: limitMs, dnsTimeout: limitMs };
  const transporter = createTransport({ ...limits, url: encrypted(url), disableFileAccess: true, disableUrlAccess: true });
  const domain = from.slice(from.lastIndexOf('@') + 1);

  return async ({ to, subject, text, html, about }) => {
    const signal = AbortSignal.timeout(limitMs);
    try {
      const addresses = { from: { name: 'Tocsin', address: from }, to: { name: '', address: to } };
      const { messageId } = await transporter.sendMail({ ...addresses, subject, text, html, signal, ...marks(about, domain) });
      return { ok: true, providerId: messageId };
    } catch (cause) {
      return signal.aborted ? failure('timeout', false) : failureOf(cause);
    }
  };
}

/** Nothing is said in the clear to another machine, unless the owner says so with `ignoreTLS=true`. */
function encrypted(text: string): string {
  const url = new URL(text);
  const named = url.searchParams.has('requireTLS') || url.searchParams.has('ignoreTLS');
  if (url.protocol === 'smtp:' && !named && !isLoopbackLiteral(hostOf(url)) && url.hostname !== 'localhost')
    url.searchParams.set('requireTLS', 'true');
  return url.href;
}

/** One id for every try, one thread for every incident, and no answer of machines. */
function marks({ incidentId, notificationId }: EmailMessage['about'], domain: string) {
  return {
    headers: { 'auto-submitted': 'auto-generated', 'x-auto-response-suppress': 'All' },
    ...(notificationId === null ? {} : { messageId: `<${notificationId}@${domain}>` }),
    ...(incidentId === null ? {} : { references: `<${incidentId}@${domain}>` }),
  };
}

const failure = (code: string, permanent: boolean): SendResult => ({ ok: false, permanent, code, retryAfter: null });

function field(cause: unknown, name: string): unknown {
  return typeof cause === 'object' && cause !== null ? Object.getOwnPropertyDescriptor(cause, name)?.value : undefined;
}

/** A reply of the 500s is for good; so are a certificate that does not hold and an address that is none. Everything else may pass. */
function failureOf(cause: unknown): SendResult {
  const status = field(cause, 'responseCode');
  if (typeof status === 'number' && status > 0) return failure(`smtp-${status}`, status >= 500);
  const codes = [field(cause, 'originalCode'), field(cause, 'code')].filter((code) => typeof code === 'string');
  if (codes.some(isCertificateError)) return failure('tls-certificate', true);
  const [code] = codes;
  return failure(code?.toLowerCase() ?? 'unknown', code === 'EENVELOPE');
}
