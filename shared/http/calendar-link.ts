import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SigningKey } from '../ports.ts';
import { keyObject } from './signing.ts';

/** Whose shifts of which schedule a link shows. */
export interface CalendarLink {
  readonly schedule: string;
  readonly person: string;
  /** The person's `calendarLink`: a link of another number has ended. */
  readonly number: number;
}

const version = 1;
const domainSeparator = 'tocsin/calendar/1\0';
const macLength = 16;

/** The 23 characters that make the address of a calendar secret. They do not expire. */
export function signCalendarLink(link: CalendarLink, key: SigningKey): string {
  const head = Buffer.of((version << 4) | key.id);
  return Buffer.concat([head, mac(head, link, key)]).toString('base64url');
}

/** Whether one of the keys signed the link. */
export function isCalendarToken(token: string, link: CalendarLink, keys: readonly SigningKey[]): boolean {
  const bytes = Buffer.from(token, 'base64url');
  if (bytes.length !== 1 + macLength || bytes.toString('base64url') !== token) return false;
  const head = bytes.subarray(0, 1);
  const keyId = bytes.readUInt8() & 15;
  return keys.some((key) => key.id === keyId && timingSafeEqual(mac(head, link, key), bytes.subarray(1)));
}

const mac = (head: Buffer, { schedule, person, number }: CalendarLink, key: SigningKey): Buffer =>
  createHmac('sha256', keyObject(key))
    .update(domainSeparator)
    .update(head)
    .update([schedule, person, number].join('\0'))
    .digest()
    .subarray(0, macLength);
