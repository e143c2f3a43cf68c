import { checkSource, type CheckedDocument } from './config-document.ts';
import { schedulesSchema } from './config-schedules.ts';
import type { ConfigSource } from './config-source.ts';
import type { AddressSchemas } from './config-targets.ts';

/** The document that a text stands for, on-call schedules too, or everything that is wrong with it. */
export const checkDocument = (source: ConfigSource, channels: AddressSchemas): CheckedDocument =>
  checkSource(source, channels, schedulesSchema);
