import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { onTestFinished } from 'vitest';
import { startMachine, type Machine } from '../../local/machine.ts';

type Options = Parameters<typeof startMachine>[0];

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

const silent = { info: () => undefined, error: () => undefined, alarm: () => undefined, measure: () => undefined };

/** A machine on a free port, in memory unless the options say otherwise; stopped after the test. */
export async function start(options: Partial<Options> = {}): Promise<Machine> {
  const machine = await startMachine({ port: 0, data: null, config: null, speed: 1, adminToken: null, log: silent, ...options });
  onTestFinished(() => machine.stop());
  return machine;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** A request with exactly these headers, Host and Origin included. */
export function send(
  machine: Machine,
  method: string,
  path: string,
  options: { headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(machine.address + path, { method, headers: options.headers ?? {}, agent: false }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (chunk: string) => (text += chunk));
      incoming.on('end', () => {
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(options.body);
  });
}

const json = { 'content-type': 'application/json' };

export async function post(machine: Machine, path: string, body: object, token?: string): Promise<unknown> {
  const headers = token === undefined ? json : { ...json, authorization: `Bearer ${token}` };
  const answer = await send(machine, 'POST', path, { headers, body: JSON.stringify(body) });
  if (answer.status >= 400) throw new Error(`${path} was answered ${answer.status}: ${answer.text}`);
  return JSON.parse(answer.text);
}

const messageSchema = z.object({
  id: z.string(),
  kind: z.enum(['page', 'outcome', 'notice']),
  at: z.iso.datetime(),
  channel: z.string(),
  to: z.string(),
  person: z.string(),
  subject: z.string().nullable(),
  text: z.string(),
  incidentId: z.string().nullable(),
  notificationId: z.string().nullable(),
  ackUrl: z.url().nullable(),
  code: z.string().nullable(),
});
type Message = z.infer<typeof messageSchema>;

/** What the inbox holds, oldest first. */
export async function inbox(machine: Machine, query = ''): Promise<readonly Message[]> {
  const answer = await send(machine, 'GET', `/local/inbox${query}`);
  return z.object({ messages: z.array(messageSchema) }).parse(JSON.parse(answer.text)).messages;
}

/** Lets policy time pass, through every due instant. */
export async function pass(machine: Machine, advance: string): Promise<{ now: number; unsettled: number }> {
  const answer = z.object({ now: z.iso.datetime(), unsettled: z.number() }).parse(await post(machine, '/local/clock', { advance }));
  return { now: Date.parse(answer.now), unsettled: answer.unsettled };
}

/** Raises an alarm with the machine's own key and gives the incident's id. */
export async function raise(machine: Machine, dedupKey = 'disk'): Promise<string> {
  const event = { title: 'disk full', severity: 'critical', dedupKey };
  return z.object({ incidentId: z.string() }).parse(await post(machine, '/v1/events', event, machine.localKey?.key)).incidentId;
}

/** Who was paged by SMS, in order. */
export const pagedBySms = (messages: readonly Message[]): readonly string[] =>
  messages.filter(({ kind, channel }) => kind === 'page' && channel === 'sms').map(({ person }) => person);
