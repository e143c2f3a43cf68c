import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { BundleStore, ConfigStore, DeclinedStore, IncidentStore, KeyStore, ReplyStore, StateStore } from '../../../ports.ts';
import { makeDynamoBundles } from './bundles.ts';
import { makeDynamoConfig } from './config.ts';
import { makeDynamoDeclined } from './declined.ts';
import { makeDynamoIncidents } from './incidents.ts';
import { makeDynamoKeys } from './keys.ts';
import { makeDynamoReplies } from './replies.ts';
import { makeDynamoState } from './state.ts';
import { Table } from './table.ts';

export interface DynamoStores {
  /** For what only a few functions keep. */
  readonly table: Table;
  readonly incidents: IncidentStore;
  readonly config: ConfigStore;
  readonly keys: KeyStore;
  readonly replies: ReplyStore;
  readonly bundles: BundleStore;
  readonly declined: DeclinedStore;
  readonly state: StateStore;
}

interface Options {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** How long an incident stays after it ended. */
  readonly retentionMs: number;
  /** How old a mute may be that signals are judged by. */
  readonly mutesMaxAgeMs: number;
  readonly real: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Told of rows that cannot be read. */
  readonly onError: (error: Error) => void;
}

/** Everything that is kept, in one table. */
export function makeDynamoStores(options: Options): DynamoStores {
  const { client, tableName, retentionMs, mutesMaxAgeMs, real, sleep, onError } = options;
  const table = new Table(client, tableName, sleep);
  const { incidents, held } = makeDynamoIncidents(table, { milliseconds: retentionMs }, onError);
  return {
    table,
    incidents,
    config: makeDynamoConfig(table, onError),
    keys: makeDynamoKeys(table),
    replies: makeDynamoReplies(table),
    bundles: makeDynamoBundles(table, onError),
    declined: makeDynamoDeclined(table, onError),
    state: makeDynamoState(table, { mutesMaxAgeMs, real, heldByMute: (services, limit) => held('muted', services, limit) }),
  };
}
