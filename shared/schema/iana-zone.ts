/**
 * Whether the IANA database has a zone of this name; old names such as US/Eastern count. An offset such as `+02:00`, which the runtime takes for a zone
 * too, is none: its clocks never move.
 */
export function isIanaZone(name: string): boolean {
  try {
    return !/^[+-]/.test(new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone);
  } catch {
    return false;
  }
}
