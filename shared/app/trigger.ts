import type { Hono } from 'hono';
import type { CommandId } from '../domain/commands.ts';
import type { Configuration, Ports, TakingPorts } from '../ports.ts';
import { makeActs } from './acts.ts';
import { makeAlarmIntake, type AlarmRules, type AlarmsTaken } from './alarm-intake.ts';
import { makeAuthentication, type Authentication } from './authentication.ts';
import { addCloudWatchRoutes } from './cloudwatch-routes.ts';
import { makeConfiguration } from './configuration.ts';
import { addEventsRoutes } from './events-routes.ts';
import { makeHttpApp } from './http-app.ts';
import { makeIngestLimit } from './ingest-limit.ts';
import { addIngestRoutes } from './ingest-routes.ts';
import { addPagerDutyRoutes } from './pagerduty-routes.ts';
import type { ApiEnv, Routes } from './routes.ts';
import { SignalIntake } from './signals.ts';
import type { Acts, Signals } from './use-cases.ts';

type SenderPorts = TakingPorts & Pick<Ports, 'sns'>;

interface SenderDeps {
  readonly ports: SenderPorts;
  readonly signals: Signals;
  readonly acts: Acts;
  readonly configuration: Configuration;
  readonly authentication: Authentication;
}

/** Every way in which a monitor's signal comes over HTTP. */
export function addSenderRoutes(app: Hono<ApiEnv>, routes: Routes, deps: SenderDeps): void {
  const limited = { ...deps, limit: makeIngestLimit(deps.ports, deps.configuration) };
  addEventsRoutes(routes, limited);
  addPagerDutyRoutes(app, limited);
  addCloudWatchRoutes(routes, limited);
  addIngestRoutes(routes, limited);
}

interface TriggerOptions {
  readonly configurationMaxAgeMs: number;
  readonly accessLog: boolean;
  readonly alarmRules: AlarmRules;
}

interface Trigger {
  readonly http: Hono<ApiEnv>;
  /** Alarms that AWS brings by itself. Throws `Unavailable`. */
  readonly alarms: (value: unknown, command: CommandId) => Promise<AlarmsTaken>;
}

/** Signals in: it reads and writes items and nudges, and does nothing else. */
export function makeTrigger(ports: SenderPorts, { configurationMaxAgeMs, accessLog, alarmRules }: TriggerOptions): Trigger {
  const configuration = makeConfiguration(ports, { maxAgeMs: configurationMaxAgeMs });
  const signals = new SignalIntake(ports, configuration);
  const authentication = makeAuthentication({ ...ports, secrets: null });
  return {
    http: makeHttpApp({ ports, authentication, accessLog }, (app, routes) => {
      addSenderRoutes(app, routes, { ports, signals, acts: makeActs(ports, configuration), configuration, authentication });
    }),
    alarms: makeAlarmIntake({ ports, signals, configuration, rules: alarmRules }),
  };
}
