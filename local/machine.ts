import { resolve } from 'node:path';
import { makeLog } from '../shared/adapters/node/log.ts';
import { makeAdvance } from './advance.ts';
import { openDataFolder, type DataFolder } from './data-folder.ts';
import { nothingLive, type Sending } from './live.ts';
import type { Options } from './options.ts';
import { makeLocalRoutes } from './routes.ts';
import { openRuntime, type Around, type Log, type Runtime } from './runtime.ts';
import { listen, type LocalServer } from './server.ts';
import { applyStartingConfig, openLocalKey, type LocalKey } from './starting-config.ts';
import { CannotStart, reasonOf } from './stop-reason.ts';
import { makeUpkeep } from './upkeep.ts';

interface MachineOptions extends Omit<Options, keyof Sending>, Partial<Sending> {
  /** The administrator's token; null: one is generated and kept. */
  readonly adminToken: string | null;
  readonly log?: Log;
  readonly around?: Around;
}

/** One machine that runs. */
export interface Machine {
  /** Such as `http://127.0.0.1:8080`. */
  readonly address: string;
  readonly adminToken: string;
  /** The key of a service that belongs to this machine, if there is one. */
  readonly localKey: LocalKey | null;
  /** The data folder; null: in memory. */
  readonly folder: string | null;
  readonly live: Sending['live'];
  /** As `MachineSecrets` has it. */
  readonly webhookSigningAt: string | null;
  /** Takes nothing more, ends what runs (at most 10 s), and closes. Safe to call twice. */
  stop(): Promise<void>;
}

const stopLimitMs = 10_000;

/** Undone in the order opposite to that in which it was done. */
function makeCleanup() {
  const steps: (() => unknown)[] = [];
  return {
    later: (step: () => unknown): void => {
      steps.unshift(step);
    },
    run: async (): Promise<void> => {
      for (const step of steps.splice(0)) await step();
    },
  };
}

/** Starts everything in this process. Refused (`CannotStart`, with a message for the user): the folder, the port or the configuration cannot be used. */
export async function startMachine(options: MachineOptions): Promise<Machine> {
  const log = options.log ?? makeLog((line) => process.stderr.write(line));
  const cleanup = makeCleanup();
  try {
    const folder = options.data === null ? null : openDataFolder(options.data);
    cleanup.later(() => folder?.release());
    const server = await listen(options.port, (cause) => {
      log.error('request-failed', {}, cause);
    });
    cleanup.later(() => server.close(0));
    return await run(options, { folder, server, log, cleanup });
  } catch (cause) {
    await cleanup.run();
    throw options.data !== null && isOfDatabase(cause) ? notWritten(options.data, cause) : cause;
  }
}

/** The store was opened and then took no write, as on a disk that was filled meanwhile. */
const notWritten = (data: string, cause: unknown): CannotStart =>
  new CannotStart(`The data folder ${resolve(data)} cannot be written: ${reasonOf(cause)}.`, { cause });

const isOfDatabase = (cause: unknown): boolean =>
  cause instanceof Error &&
  !(cause instanceof CannotStart) &&
  (('code' in cause && cause.code === 'ERR_SQLITE_ERROR') || isOfDatabase(cause.cause));

interface Opened {
  readonly folder: DataFolder | null;
  readonly server: LocalServer;
  readonly log: Log;
  readonly cleanup: ReturnType<typeof makeCleanup>;
}

async function run(options: MachineOptions, { folder, server, log, cleanup }: Opened): Promise<Machine> {
  const path = folder?.path ?? null;
  const address = `http://127.0.0.1:${server.port}`;
  const runtime = open(options, path, address, log);
  cleanup.later(() => runtime.close());
  await applyStartingConfig(runtime, path, options.config);
  const localKey = await openLocalKey(runtime, path);
  const upkeep = makeUpkeep(runtime);
  cleanup.later(() => {
    upkeep.stop();
  });
  const advance = makeAdvance({ ...runtime, ...runtime.stores });
  const local = makeLocalRoutes({ runtime, advance, address, port: server.port, localKey, afterAdvance: () => upkeep.retain() });
  await upkeep.start();
  server.serve((request) => local(request) ?? runtime.application.fetch(request));

  let stopping: Promise<void> | null = null;
  const stop = async (): Promise<void> => {
    upkeep.stop();
    runtime.changes.close();
    await Promise.all([server.close(stopLimitMs), runtime.timers.within(stopLimitMs, () => runtime.queue.stop())]);
    try {
      runtime.clock.mark('stopped');
    } catch (cause) {
      log.error('clock-not-stored', {}, cause);
    }
    await cleanup.run();
  };
  return {
    address,
    adminToken: runtime.secrets.adminToken,
    localKey,
    folder: path,
    live: options.live ?? [],
    webhookSigningAt: runtime.secrets.webhookSigningAt,
    stop: () => (stopping ??= stop()),
  };
}

function open(options: MachineOptions, folder: string | null, address: string, log: Log): Runtime {
  const { speed, adminToken, around } = options;
  const { live, allowLoopback, environment } = { ...nothingLive, ...options };
  try {
    const sending = { live, allowLoopback, environment };
    return openRuntime({ folder, speed, adminToken, sending, address, log, ...(around === undefined ? {} : { around }) });
  } catch (cause) {
    if (cause instanceof CannotStart) throw cause;
    const where = folder === null ? '' : ` with the data folder ${folder}`;
    throw new CannotStart(`Tocsin cannot start${where}: ${openingReason(cause)}.`, { cause });
  }
}

function openingReason(cause: unknown): string {
  const reason = reasonOf(cause);
  const message = cause instanceof Error ? cause.message : '';
  return message === '' || message.includes(reason) ? message || reason : `${message} (${reason})`;
}
