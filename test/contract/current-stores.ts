import type { Stores } from '../../shared/adapters/map/stores.ts';
import type { IncidentStore, ReplyStore } from '../../shared/ports.ts';

/** What every set of stores has, whatever it keeps things in and however it gets rid of what is old. */
export interface CommonStores extends Omit<Stores, 'incidents' | 'replies' | 'inbox'> {
  readonly incidents: IncidentStore;
  readonly replies: ReplyStore;
}

/** Gives the stores of the running test. */
export type CurrentStores = () => CommonStores;
export type KeptStores = () => Stores;
