import { readFileSync } from 'node:fs';
import { readHttpEvent } from '../../shared/adapters/aws/http-event.ts';
import { readInboundSms } from '../../shared/adapters/aws/inbound-sms.ts';
import { readBrought } from '../../shared/adapters/aws/brought.ts';
import { readArmed, readQueued } from '../../shared/adapters/aws/work-messages.ts';
import * as stored from '../../shared/schema/records.ts';
import { incident, note, policy } from '../contract/samples.ts';
import type { Family } from './family.ts';

const captured = (name: string): unknown => JSON.parse(readFileSync(new URL(`../fixtures-aws/${name}.json`, import.meta.url), 'utf8'));
const events = ['http-api', 'schedule', 'sns-event', 'sqs-batch', 'two-way-sms'].map(captured);
const topic = 'arn:aws:sns:us-east-1:123456789012:on-call';

const readers: readonly ((json: unknown) => unknown)[] = [
  ...[stored.readIncident, stored.readEvent, stored.readPolicy, stored.readStoredConfig, stored.readDetails, stored.readDeclined],
  ...[stored.readMute, stored.readContactHealth, stored.readOverride, stored.readInboxMessage],
  ...[stored.readTraffic, stored.readBundle, stored.readBundleMember],
];

const rows = [incident(), note(2), policy(1), { places: [], open: { page: null, reminder: null } }].map((row) => ({ ...row, schema: 1 }));

const kilobyte = 1024;

/** What AWS hands to a function, and what stands in a store: written by machines, and read with the same care. */
export const machines = (
  bodies: (name: string, examples: readonly unknown[], maxBytes: number, read: (value: unknown) => readonly string[]) => Family,
) => [
  bodies('an event of AWS', events, 256 * kilobyte, (value) => {
    readHttpEvent(value);
    readArmed(value);
    readQueued(value);
    readBrought(value, [topic], 'invocation', { error: () => undefined, measure: () => undefined });
    readInboundSms(value);
    return [];
  }),
  bodies('a row of a store', rows, 256 * kilobyte, (value) => {
    for (const read of readers) read(value);
    return [];
  }),
];
