import * as z from 'zod/mini';

const written = /^([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})([0-9]{2})Z?)?$/;
const datetime = z.iso.datetime();

/**
 * Whether this is a day or a time as RFC 5545, sections 3.3.4 and 3.3.5, writes them, and one that there is. The library must not be asked: it takes 31 April
 * for 1 May, and passes over what stands behind a time, an offset too.
 */
export function isIcsTime(text: string): boolean {
  const [, year, month, day, hour = '00', minute = '00', second = '00'] = written.exec(text) ?? [];
  return datetime.safeParse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`).success;
}
