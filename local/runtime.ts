import { join } from 'node:path';
import type { Stores } from '../shared/adapters/map/stores.ts';
import { DueTimer } from '../shared/adapters/node/due-timer.ts';
import { makeInboxTransports } from '../shared/adapters/node/inbox-transports.ts';
import { makePolicyClock, noMarks, realStart, type PolicyClock } from '../shared/adapters/node/policy-clock.ts';
import { openMarks } from '../shared/adapters/node/policy-marks.ts';
import { LocalQueue } from '../shared/adapters/node/queue.ts';
import { makeRandom } from '../shared/adapters/node/random.ts';
import { makeRealClock } from '../shared/adapters/node/real-clock.ts';
import { openSecrets, type MachineSecrets } from '../shared/adapters/node/secrets.ts';
import { makeSns } from '../shared/adapters/node/sns.ts';
import { makeTimers } from '../shared/adapters/node/timers.ts';
import { watchIncidents } from '../shared/adapters/node/watched-incidents.ts';
import { openSqliteStores } from '../shared/adapters/sqlite/stores.ts';
import { makeApplication, type Application } from '../shared/app/application.ts';
import { makeChanges, type Changes } from './changes.ts';
import { liveTransports, nothingLive, type Sending } from './live.ts';

type Ports = Parameters<typeof makeApplication>[0];
export type Log = Ports['log'];

/** What a test may put around the parts that keep and send. */
export interface Around {
  readonly stores: (stores: Stores) => Stores;
  readonly transports: (transports: Ports['transports']) => Ports['transports'];
}

interface RuntimeOptions {
  /** The data folder; null: in memory. */
  readonly folder: string | null;
  readonly speed: number;
  readonly adminToken: string | null;
  readonly sending?: Sending;
  readonly address: string;
  readonly log: Log;
  readonly around?: Around;
}

/** The use cases over this machine: stores, clock, queue and timer, all in one process. */
export interface Runtime {
  readonly application: Application;
  readonly stores: Stores;
  readonly clock: PolicyClock;
  readonly timers: Ports['timers'];
  readonly random: Ports['random'];
  readonly queue: LocalQueue;
  readonly timer: DueTimer;
  readonly secrets: MachineSecrets;
  readonly changes: Changes;
  readonly log: Log;
  /** How many heads have been written. */
  writes(): number;
  close(): Promise<void>;
}

const concurrency = 128;
// This process alone changes the configuration, and forgets it when it does.
const configurationMaxAgeMs = 10_000;

interface OpenStores {
  readonly stores: Stores;
  readonly close: () => Promise<void>;
}

function openStores(folder: string | null, log: Log): OpenStores {
  const stores = openSqliteStores({
    path: folder === null ? ':memory:' : join(folder, 'tocsin.sqlite'),
    onError: (cause) => {
      log.error('store-failed', {}, cause);
    },
  });
  return { stores, close: stores.close };
}

function openClock(folder: string | null, speed: number): PolicyClock {
  const marks = folder === null ? noMarks : openMarks(join(folder, 'clock.json'));
  return makePolicyClock({ real: makeRealClock(realStart(marks.read(), Date.now())), speed, marks });
}

/** Opens everything and starts nothing. Throws when a file of the folder cannot be used. */
export function openRuntime({ folder, speed, adminToken, sending = nothingLive, address, log, around }: RuntimeOptions): Runtime {
  const random = makeRandom();
  const timers = makeTimers();
  const secrets = openSecrets({ folder, adminToken, random, environment: sending.environment });
  const clock = openClock(folder, speed);
  const opened = openStores(folder, log);
  const stores = around?.stores(opened.stores) ?? opened.stores;
  const changes = makeChanges();
  let writes = 0;

  const incidents = watchIncidents(stores.incidents, (key, lookAt) => {
    writes += 1;
    timer.noticed(key, lookAt);
    changes.changed();
  });
  const shown = async <Result>(write: Promise<Result>): Promise<Result> => {
    const result = await write;
    changes.changed();
    return result;
  };
  const inbox: Stores['inbox'] = { ...stores.inbox, put: (message) => shown(stores.inbox.put(message)) };
  const config: Stores['config'] = { ...stores.config, save: (...saved) => shown(stores.config.save(...saved)) };
  const state: Stores['state'] = {
    ...stores.state,
    putOverride: (override) => shown(stores.state.putOverride(override)),
    removeOverride: (...override) => shown(stores.state.removeOverride(...override)),
  };
  const queue = new LocalQueue({
    work: (id) => application.work(id),
    testContacts: (test) => application.testContacts(test),
    handoffs: () => application.handoffs(),
    log,
    concurrency,
  });
  const timer = new DueTimer({ incidents, clock, log, nudge: (id) => void queue.nudge(id) });
  const live = liveTransports(sending, { secrets, clock, random });
  const transports = { ...makeInboxTransports({ inbox, clock, random }), ...live };
  const { keys, replies, bundles, handoffs, declined } = stores;
  const ports: Ports = {
    ...{ clock, random, timers, incidents, config, keys, replies, bundles, handoffs, declined, state, queue, secrets, log },
    sns: makeSns(),
    transports: around?.transports(transports) ?? transports,
    // One machine has no bus.
    ...{ publishes: false, bus: null },
    // The lock of the folder proves that the process before is dead.
    leasesVoidBefore: clock.real(),
  };
  const application = makeApplication(ports, {
    baseUrl: () => address,
    configurationMaxAgeMs,
    accessLog: false,
    allowLoopback: sending.allowLoopback,
  });
  return {
    ...{ application, clock, timers, random, queue, timer, secrets, changes, log },
    stores: { ...stores, incidents, inbox, config, state },
    writes: () => writes,
    close: opened.close,
  };
}
