import type { ProgramMessage } from './program-message.ts';

/** An entry has 256 KB, its source and its type included: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
const mostBytes = 255 * 1024;

/** The parts of an incident that a sender can make long. */
const long: readonly string[] = ['description', 'labels', 'links', 'details', 'context'];

const short = (incident: object): object => Object.fromEntries(Object.entries(incident).filter(([name]) => !long.includes(name)));

/** The message as the detail of an event on a bus. Where it would be longer than that may be, the incident's long parts are left out whole. */
export function eventDetail(message: ProgramMessage): string {
  const whole = JSON.stringify(message);
  const { incident } = message.data;
  if (incident === null || Buffer.byteLength(whole) <= mostBytes) return whole;
  return JSON.stringify({ ...message, data: { ...message.data, incident: short(incident) } });
}
