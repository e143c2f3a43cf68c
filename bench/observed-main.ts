/**
 * The machine as `local/main.ts` starts it, which keeps the instants of every hand-over in memory and tells them over IPC when it is asked.
 */
import { parseOptions } from '../local/options.ts';
import { startMachine } from '../local/machine.ts';
import type { HandOver } from './hand-overs.ts';
import { monotonicMs } from './machine.ts';

let observed: HandOver[] = [];

async function timed<T>(incidentId: string | null, person: string, put: () => Promise<T>): Promise<T> {
  const beganAt = performance.timeOrigin + performance.now();
  const result = await put();
  observed.push({ incidentId, person, beganAt, durable: monotonicMs() });
  return result;
}

const parsed = parseOptions(process.argv.slice(2));
if (!parsed.ok) throw new Error(parsed.message ?? 'the options cannot be understood');

const machine = await startMachine({
  ...parsed.options,
  adminToken: process.env['TOCSIN_ADMIN_TOKEN'] ?? null,
  around: {
    stores: (stores) => stores,
    transports: ({ sms, email, ...rest }) => ({
      ...rest,
      sms: (message) => timed(message.about.incidentId, message.about.person, () => sms(message)),
      email: (message) => timed(message.about.incidentId, message.about.person, () => email(message)),
    }),
  },
});

process.on('message', () => {
  process.send?.(observed);
  observed = [];
});
process.on('SIGTERM', () => {
  void machine.stop().then(() => process.exit(0));
});
