import { makeLog } from '../shared/adapters/node/log.ts';
import { greeting } from './greeting.ts';
import { startMachine, type Machine } from './machine.ts';
import { parseOptions, usage, type Options } from './options.ts';
import { CannotStart } from './stop-reason.ts';

// A terminal or a pipe that has gone is no reason to stop paging.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

// Whatever is written is its owner's alone, whoever made the folder.
process.umask(0o077);

const log = makeLog((line) => process.stderr.write(line));

const parsed = parseOptions(process.argv.slice(2));
if (parsed.ok) await run(parsed.options);
else if (parsed.message === null) console.log(usage);
else leave(2, `${parsed.message}\n\n${usage}`);

async function run(options: Options): Promise<void> {
  // What is not understood must not go on: everything is stored, and the next start takes it up.
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (cause: unknown) => {
      log.error(event, {}, cause);
      process.exit(1);
    });
  }
  try {
    const given = process.env['TOCSIN_ADMIN_TOKEN']?.trim() ?? '';
    const machine = await startMachine({ ...options, adminToken: given === '' ? null : given, environment: process.env, log });
    stopOnSignal(machine);
    console.log(greeting(machine, (performance.now() / 1000).toFixed(1)));
  } catch (cause) {
    if (!(cause instanceof CannotStart)) throw cause;
    leave(1, cause.message);
  }
}

/** Ctrl-C reaches us twice, from the terminal and from npm, which hands it on; who presses it again takes longer. */
const againAfterMs = 500;

function stopOnSignal(machine: Machine): void {
  let first: number | null = null;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (first !== null && performance.now() - first > againAfterMs) process.exit(1);
      first ??= performance.now();
      void machine.stop().then(() => process.exit(0));
    });
  }
}

function leave(code: number, message: string): void {
  console.error(message);
  process.exitCode = code;
}
