/** Whether the runtime can reckon in this zone: one of the IANA database, or an offset. */
export function isZone(name: string): boolean {
  return canonical(name) !== null;
}

/**
 * Whether the IANA database has a zone of this name; old names such as US/Eastern count. An offset such as `+02:00`, which the runtime takes for a zone
 * too, is none: its clocks never move.
 */
export function isIanaZone(name: string): boolean {
  const zone = canonical(name);
  return zone !== null && !/^[+-]/.test(zone);
}

function canonical(name: string): string | null {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}
