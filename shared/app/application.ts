import { channels } from '../channels/registry.ts';
import type { IncidentId } from '../domain/incident-id.ts';
import type { ContactTestRequest, Ports } from '../ports.ts';
import type { AddressSchemas } from '../schema/config-targets.ts';
import { makeActs } from './acts.ts';
import { makeApi } from './api.ts';
import { configRoutes } from './config-routes.ts';
import { makeConfigSaving, type ConfigSaving } from './config-saving.ts';
import { makeHandoffLook } from './handoffs.ts';
import { makeOnCallReading } from './on-call-reading.ts';
import { makeConfiguration, type CachedConfiguration } from './configuration.ts';
import { makeReply, type Reply } from './replies.ts';
import { SignalIntake } from './signals.ts';
import { makeSweep } from './sweep.ts';
import { makeContactTest } from './contact-test.ts';
import { makeTestPages } from './test-pages.ts';
import type { Acts, Signals } from './use-cases.ts';
import { makeWorker } from './worker.ts';

interface ApplicationOptions {
  /** Where links point when the settings name no address; without a slash at the end. */
  readonly baseUrl: () => string;
  /** How old a cached configuration may be, in milliseconds of real time. */
  readonly configurationMaxAgeMs: number;
  readonly accessLog: boolean;
  /** Webhooks may go to the very machine this runs on; false when left out. */
  readonly allowLoopback?: boolean;
}

/** All handlers in one process, over one set of ports. */
export interface Application {
  readonly configuration: CachedConfiguration;
  readonly saving: ConfigSaving;
  readonly signals: Signals;
  readonly acts: Acts;
  /** Everything under /v1, /a and /health. */
  fetch(request: Request): Response | Promise<Response>;
  /** The worker. Calls for one incident must not overlap if each message is to leave once without a lost race. */
  work(id: IncidentId): Promise<void>;
  /** The worker's part of a test of contacts. */
  testContacts(test: ContactTestRequest): Promise<void>;
  /** The worker's look at who came on call and went off. */
  handoffs(): Promise<void>;
  readonly sweep: ReturnType<typeof makeSweep>;
  readonly reply: Reply;
}

/** What a contact may name as its address on each channel, here. */
const addressSchemas = (loopback: boolean): AddressSchemas =>
  new Map(
    [...channels].map(([name, { address, addressOnLoopback = address }]) => [name, { address: loopback ? addressOnLoopback : address }]),
  );

/** Composes the use cases and the API over the ports of one machine, or of a test. */
export function makeApplication(ports: Ports, options: ApplicationOptions): Application {
  const configuration = makeConfiguration(ports, { maxAgeMs: options.configurationMaxAgeMs, onCall: makeOnCallReading(ports) });
  const saving = makeConfigSaving(ports, configuration, addressSchemas(options.allowLoopback ?? false));
  const signals = new SignalIntake(ports, configuration);
  const acts = makeActs(ports, configuration);
  const baseUrl = async (): Promise<string> => (await configuration.directory()).settings.baseUrl ?? options.baseUrl();
  const work = makeWorker(ports, { configuration, baseUrl, resumeHeld: (head) => signals.resumeHeld(head) });
  const api = makeApi({
    ports,
    configuration,
    signals,
    acts,
    configApi: configRoutes({ ports, saving }),
    testContacts: makeContactTest(ports),
    baseUrl,
    accessLog: options.accessLog,
  });
  return {
    configuration,
    saving,
    signals,
    acts,
    fetch: (request) => api.fetch(request),
    work,
    testContacts: makeTestPages(ports, configuration),
    handoffs: makeHandoffLook(ports, configuration),
    sweep: makeSweep(ports),
    reply: makeReply(ports, configuration, acts),
  };
}
