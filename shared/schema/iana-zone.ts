/** Whether the runtime can reckon in this zone: one of the IANA database, an abbreviation, or an offset. */
export function isZone(name: string): boolean {
  return canonical(name) !== null;
}

/**
 * Whether the IANA database has a zone of this name; old names such as US/Eastern count. What else the runtime takes for a zone is none: an offset such as
 * `+02:00`, whose clocks never move, and an abbreviation such as BST, which it takes for Dhaka.
 */
export function isIanaZone(name: string): boolean {
  const zone = canonical(name);
  if (zone === null || /^[+-]/.test(zone)) return false;
  return !/^[a-z]{3}$/i.test(name) || abbreviations.has(name.toUpperCase());
}

/** Those that are names of the IANA database. */
const abbreviations = new Set(['CET', 'EET', 'EST', 'GMT', 'HST', 'MET', 'MST', 'PRC', 'ROC', 'ROK', 'UCT', 'UTC', 'WET']);

function canonical(name: string): string | null {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}
