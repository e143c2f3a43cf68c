/** The five ranks, most severe first. */
export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;

export type Severity = (typeof severities)[number];

const aliases: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  crit: 'critical',
  fatal: 'critical',
  emergency: 'critical',
  p0: 'critical',
  high: 'high',
  error: 'high',
  p1: 'high',
  medium: 'medium',
  moderate: 'medium',
  warning: 'medium',
  warn: 'medium',
  p2: 'medium',
  low: 'low',
  minor: 'low',
  p3: 'low',
  info: 'info',
  informational: 'info',
  p4: 'info',
};

/** The rank a sender's word stands for, in any case and with spaces around it; null when it is no known word. */
export function parseSeverity(text: string): Severity | null {
  const word = text.trim().toLowerCase();
  return Object.hasOwn(aliases, word) ? (aliases[word] ?? null) : null;
}

/** 0 for critical to 4 for info: a smaller number is more severe. */
export const rank = (severity: Severity): number => severities.indexOf(severity);
