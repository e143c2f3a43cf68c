import { parseArgs } from 'node:util';

export interface Options {
  /** 0: any free port. */
  readonly port: number;
  /** Where everything is kept; null: in memory, until the process ends. */
  readonly data: string | null;
  /** A configuration file to apply. */
  readonly config: string | null;
  /** How many seconds of policy time pass in one of real time. */
  readonly speed: number;
  /** What really leaves this machine instead of going to the inbox. */
  readonly live: readonly LiveChannel[];
  /** Webhooks may go to 127.0.0.1 and [::1], over plain http too. */
  readonly allowLoopback: boolean;
}

const liveChannels = ['webhook', 'slack', 'smtp'] as const;
export type LiveChannel = (typeof liveChannels)[number];

export const usage = `Usage: npm start -- [options]
  --port 8080      the port on 127.0.0.1 (0: any that is free)
  --data DIR       the folder where everything is kept (./data)
  --memory         keep everything in memory instead
  --config FILE    apply this configuration when it differs from the one last applied
  --speed 60       let time pass so many times as fast
  --live LIST      send for real instead of to the inbox: webhook, slack, smtp
  --allow-loopback let webhooks go to 127.0.0.1 and [::1], over plain http too
  --help           this text`;

type Parsed = { readonly ok: true; readonly options: Options } | { readonly ok: false; readonly message: string | null };

const known = {
  port: { type: 'string' },
  data: { type: 'string' },
  memory: { type: 'boolean' },
  config: { type: 'string' },
  speed: { type: 'string' },
  live: { type: 'string' },
  'allow-loopback': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const fastest = 86_400;

const refuse = (message: string): Parsed => ({ ok: false, message });

/** Understands the command line. Refused with a message: what is unknown, malformed or not supported; without one: the user asked for help. */
export function parseOptions(args: readonly string[]): Parsed {
  const read = readArgs(args);
  if (typeof read === 'string') return refuse(read);
  if (read.help === true) return { ok: false, message: null };
  const message = problemWith(read);
  if (message !== null) return refuse(message);
  const { port, data = './data', memory = false, config = null, speed, 'allow-loopback': allowLoopback = false } = read;
  const named = liveNames(read.live);
  const live = liveChannels.filter((channel) => named.includes(channel));
  return {
    ok: true,
    options: { port: Number(port ?? 8080), data: memory ? null : data, config, speed: Number(speed ?? 1), live, allowLoopback },
  };
}

type Read = Exclude<ReturnType<typeof readArgs>, string>;

function problemWith({ port, data, memory, config, speed, live }: Read): string | null {
  const problems: readonly (readonly [boolean | undefined, string])[] = [
    [
      live !== undefined && !liveNames(live).every((name) => liveChannels.some((channel) => channel === name)),
      `--live needs one or more of ${liveChannels.join(', ')}, with commas between them.`,
    ],
    [port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535), '--port needs a number from 0 to 65535.'],
    [speed !== undefined && !isSpeed(speed), `--speed needs a number from 1 to ${fastest}.`],
    [memory === true && data !== undefined, '--data and --memory exclude each other.'],
    [data === '', '--data needs the name of a folder.'],
    [config === '', '--config needs the name of a file.'],
  ];
  return problems.find(([holds]) => holds === true)?.[1] ?? null;
}

const liveNames = (list: string | undefined): readonly string[] => (list === undefined ? [] : list.split(',').map((name) => name.trim()));

const isSpeed = (text: string): boolean => /^\d{1,5}(\.\d{1,3})?$/.test(text) && Number(text) >= 1 && Number(text) <= fastest;

function readArgs(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: known, strict: true, allowPositionals: false }).values;
  } catch (cause) {
    return cause instanceof Error ? cause.message : 'The options cannot be understood.';
  }
}
