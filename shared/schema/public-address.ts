import ipaddr from 'ipaddr.js';

// Answers only inside one provider's machines, on an address of the public internet.
const insideClouds: readonly string[] = ['168.63.129.16'];
const globalUnicast = '2000::/3';

/**
 * Whether an IP address, written in the usual way, belongs to a machine of the public internet: nothing of this machine, its networks or its
 * cloud, nothing that carries another address inside, nothing reserved. Anything that is no IP address is not public.
 */
export function isPublicAddress(text: string): boolean {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text).range() === 'unicast' && !insideClouds.includes(text);
  if (!ipaddr.IPv6.isValid(text)) return false;
  const address = ipaddr.IPv6.parse(text);
  return address.range() === 'unicast' && address.match(ipaddr.IPv6.parseCIDR(globalUnicast));
}

/** This very machine, written as itself. */
export const isLoopbackLiteral = (host: string): boolean => host === '127.0.0.1' || host === '::1';

/** Whether a host, as a parsed URL has it and without brackets, is an IP address. */
export const isIpAddress = (host: string): boolean => ipaddr.isValid(host);
