import * as z from 'zod/mini';
import { secretName } from '../domain/directory.ts';
import { isIpAddress, isLoopbackLiteral, isPublicAddress } from './public-address.ts';

const longest = 2048;
const ports: readonly string[] = ['', '8443'];
// One name as DNS has it; `_` is met in practice.
const hostName = /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;
/** Names that by agreement mean something inside one's own network. */
const insideNames = /(?:^|\.)(?:localhost|localdomain|local|internal|intranet|lan|corp|home|home\.arpa)$/;

interface Options {
  /** 127.0.0.1 and [::1] may be named, on every port, there over plain http too. */
  readonly loopback: boolean;
}

/** A URL without the brackets of an IPv6 host. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1');

/**
 * A URL that messages may be posted to. Null: not https, not port 443 or 8443, a user's name in it, a host that is not public as far as its
 * name tells, or one written in any other way than the usual. Where the name leads is judged when connecting.
 */
export function webhookUrl(text: string, { loopback }: Options): URL | null {
  // Visible ASCII only: whatever else parsers fold, drop or turn into something else is not worth guessing.
  if (text.length > longest || !/^https?:\/\/[!-~]+$/.test(text) || /[\\#]/.test(text)) return null;
  const url = URL.parse(text);
  if (url === null || !isWrittenAsMeant(text, url)) return null;
  if (loopback && isLoopbackLiteral(hostOf(url))) return url;
  return url.protocol === 'https:' && ports.includes(url.port) && mayBePublic(hostOf(url)) ? url : null;
}

/** What stands between the slashes is the host as everybody reads it: no user, no number in disguise, nothing that a parser tidied up. */
function isWrittenAsMeant(text: string, { host, protocol, port }: URL): boolean {
  const authority = /^[a-z]+:\/\/([^/?]*)/.exec(text)?.[1]?.toLowerCase() ?? '';
  const standard = protocol === 'https:' ? ':443' : ':80';
  return authority === host || (port === '' && authority === host + standard);
}

const mayBePublic = (host: string): boolean => (isIpAddress(host) ? isPublicAddress(host) : hostName.test(host) && !insideNames.test(host));

/** What a contact or a room may name as its URL: one as `webhookUrl` has it, or `secret:NAME`. */
export const webhookAddress = (options: Options): z.ZodMiniType<string> =>
  z.string().check(
    z.refine((text) => secretName(text) !== null || webhookUrl(text, options) !== null, {
      error: options.loopback
        ? 'A webhook goes to a public host, "https://hooks.example.com/path" on port 443 or 8443, to this machine, or to "secret:NAME".'
        : 'A webhook goes to a public host, "https://hooks.example.com/path" on port 443 or 8443, or to "secret:NAME".',
      params: { code: 'invalid-webhook' },
    }),
  );
