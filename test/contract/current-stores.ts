import type { Stores } from '../../shared/adapters/map/stores.ts';

/** Gives the stores of the running test. */
export type CurrentStores = () => Stores;
