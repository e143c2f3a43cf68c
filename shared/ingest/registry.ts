import { alertmanagerFormat } from './alertmanager.ts';
import { cloudwatchFormat } from './cloudwatch.ts';
import { eventbridgeFormat } from './eventbridge.ts';
import type { Format } from './format.ts';
import { grafanaFormat } from './grafana.ts';

/** Every format of `POST /v1/ingest/{format}`, by name. */
export const formats: ReadonlyMap<string, Format> = new Map(
  [alertmanagerFormat, grafanaFormat, cloudwatchFormat, eventbridgeFormat].map((format) => [format.name, format]),
);
