import type { Hono } from 'hono';
import { channels } from '../channels/registry.ts';
import type { Ports, TakingPorts } from '../ports.ts';
import { makeActs } from './acts.ts';
import { makeRestOfApi } from './api.ts';
import { configRoutes } from './config-routes.ts';
import { makeConfigSaving } from './config-saving.ts';
import { makeOnCallReading } from './on-call-reading.ts';
import { makeConfiguration } from './configuration.ts';
import { makeContactTest } from './contact-test.ts';
import type { ApiEnv } from './routes.ts';
import { SignalIntake } from './signals.ts';

interface Options {
  readonly configurationMaxAgeMs: number;
  readonly accessLog: boolean;
  /** Where links point when the settings name no address; without a slash at the end. */
  readonly baseUrl: string;
}

/** The HTTP surface beside `makeTrigger`, `makeAck` and `makeResolve`: configuration, keys, everything that is read, the rarer acts. */
export function makeRest(
  ports: TakingPorts & Pick<Ports, 'handoffs'> & { readonly secrets: Pick<Ports['secrets'], 'adminTokenHash' | 'named' | 'signingKeys'> },
  { configurationMaxAgeMs, accessLog, baseUrl }: Options,
): Hono<ApiEnv> {
  const configuration = makeConfiguration(ports, { maxAgeMs: configurationMaxAgeMs, onCall: makeOnCallReading(ports) });
  const saving = makeConfigSaving(ports, configuration, channels);
  return makeRestOfApi({
    ports,
    configuration,
    signals: new SignalIntake(ports, configuration),
    acts: makeActs(ports, configuration),
    configApi: configRoutes({ ports, saving }),
    testContacts: makeContactTest(ports),
    baseUrl: async () => (await configuration.directory()).settings.baseUrl ?? baseUrl,
    accessLog,
  });
}
