import type { Seconds } from './time.ts';

/** The longest duration that is accepted anywhere but for retention: 366 days. */
export const longestDuration: Seconds = 366 * 86_400;

const units = /^(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?$/;
const unitSeconds = [86_400, 3600, 60, 1];
/** ISO 8601 in weeks, days and times: years and months have no fixed length. */
const isoUnits =
  /^P(?=[\dT])(?:(\d{1,9}(?:[.,]\d{1,9})?)W)?(?:(\d{1,9}(?:[.,]\d{1,9})?)D)?(?:T(?=\d)(?:(\d{1,9}(?:[.,]\d{1,9})?)H)?(?:(\d{1,9}(?:[.,]\d{1,9})?)M)?(?:(\d{1,9}(?:[.,]\d{1,9})?)S)?)?$/;
const isoSeconds = [604_800, 86_400, 3600, 60, 1];

/**
 * Whole seconds from `15m`, `1h30m`, `1d12h`, `PT15M`, or a number of seconds. Null when it is none of these, negative, not a whole number of
 * seconds, or longer than `longest`; months and years are refused, because they have no fixed length.
 */
export function parseDuration(value: string | number, longest: Seconds = longestDuration): Seconds | null {
  const seconds = typeof value === 'number' ? value : secondsOf(value);
  return seconds !== null && Number.isSafeInteger(seconds) && seconds >= 0 && seconds <= longest ? seconds : null;
}

function secondsOf(text: string): number | null {
  if (text === '' || text.length > 64) return null;
  const match = units.exec(text);
  if (match !== null) return unitSeconds.reduce((sum, length, index) => sum + length * Number(match[index + 1] ?? 0), 0);
  const iso = isoUnits.exec(text);
  return iso === null ? null : isoSeconds.reduce((sum, length, index) => sum + length * Number(iso[index + 1]?.replace(',', '.') ?? 0), 0);
}
