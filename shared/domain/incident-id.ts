/** Names one incident: the hash of (service, dedup key) and the count of incidents that lived under it. */
export interface IncidentId {
  readonly key: string;
  readonly generation: number;
}

/** `<hash>-<generation>`, as callers see it. */
export const formatIncidentId = (id: IncidentId): string => `${id.key}-${String(id.generation)}`;

const pattern = /^([a-z2-7]{26})-(0|[1-9][0-9]{0,6})$/;

/** The id a text stands for, or null when it is none. */
export function parseIncidentId(text: string): IncidentId | null {
  const match = pattern.exec(text);
  return match?.[1] === undefined ? null : { key: match[1], generation: Number(match[2]) };
}
