import { argv, kill, pid, stdout } from 'node:process';
import { startMachine } from '../../local/machine.ts';
import type { Stores } from '../../shared/adapters/map/stores.ts';

// Usage: crash-main.ts FOLDER CONFIG POINT. Runs the machine and kills it without warning at the given point, counted from 1; 0: never.
// Points lie before and after each write to the stores, and before and after each send.
const [folder = '', config = '', point = '0'] = argv.slice(2);

let passed = 0;

function crashPoint(): void {
  passed += 1;
  if (passed === Number(point)) kill(pid, 'SIGKILL');
}

type Call = (...args: readonly unknown[]) => Promise<unknown>;

const isCall = (value: unknown): value is Call => typeof value === 'function';

const reads: ReadonlySet<string> = new Set([
  ...['head', 'get', 'due', 'nextLookAt', 'list', 'countUnfinished', 'heldForCapacity', 'failures', 'filedEvents', 'duplicates', 'details'],
  ...[
    'current',
    'policy',
    'latestPolicyVersions',
    'byHash',
    'findCode',
    'codes',
    'guard',
    'find',
    'members',
    'mute',
    'mutes',
    'heldByMute',
    'contactHealth',
    'lastSweep',
  ],
]);

/** The same thing, with a point to crash at before and after each call that changes something. */
function crashing<T extends object>(target: T): T {
  return new Proxy(target, {
    get(of, name) {
      const value: unknown = Reflect.get(of, name);
      if (!isCall(value) || typeof name !== 'string' || reads.has(name)) return value;
      return async (...args: readonly unknown[]) => {
        crashPoint();
        const result: unknown = await Reflect.apply(value, of, [...args]);
        crashPoint();
        return result;
      };
    },
  });
}

const crashingStores = (stores: Stores): Stores => ({
  incidents: crashing(stores.incidents),
  config: crashing(stores.config),
  keys: crashing(stores.keys),
  replies: crashing(stores.replies),
  bundles: crashing(stores.bundles),
  handoffs: crashing(stores.handoffs),
  declined: crashing(stores.declined),
  state: crashing(stores.state),
  inbox: crashing(stores.inbox),
});

const machine = await startMachine({
  ...{ port: 0, data: folder, config, speed: 1, adminToken: null },
  around: { stores: crashingStores, transports: crashing },
});
stdout.write(`ready ${machine.address} ${machine.localKey?.key ?? ''}\n`);
