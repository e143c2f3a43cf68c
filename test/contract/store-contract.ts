import { afterEach, beforeEach, describe } from 'vitest';
import type { Stores } from '../../shared/adapters/map/stores.ts';
import { bundleContract, bundleRetentionContract } from './bundle-contract.ts';
import type { CommonStores } from './current-stores.ts';
import { handoffContract } from './handoff-contract.ts';
import { incidentListContract, incidentRetentionContract } from './incident-list-contract.ts';
import { incidentWriteContract } from './incident-write-contract.ts';
import { overrideContract } from './override-contract.ts';
import { keptSmallStoresContract, smallStoresContract } from './small-stores-contract.ts';
import { timelineContract } from './timeline-contract.ts';

interface Open<Kept> {
  readonly stores: Kept;
  readonly close: () => Promise<void>;
}

function withStores<Kept>(name: string, makeStores: () => Promise<Open<Kept>>, promises: (current: () => Kept) => void): void {
  describe(name, () => {
    let open: Open<Kept>;
    beforeEach(async () => {
      open = await makeStores();
    });
    afterEach(async () => {
      await open.close();
    });
    promises(() => open.stores);
  });
}

function commonPromises(current: () => CommonStores): void {
  incidentWriteContract(current);
  incidentListContract(current);
  timelineContract(current);
  smallStoresContract(current);
  bundleContract(current);
  handoffContract(current);
  overrideContract(current);
}

/** What every set of stores promises, whatever it keeps things in. */
export const storeContract = (name: string, makeStores: () => Promise<Open<CommonStores>>): void => {
  withStores(name, makeStores, commonPromises);
};

/** The same, and what stores promise besides that remove by themselves what is old. */
export const keptStoreContract = (name: string, makeStores: () => Promise<Open<Stores>>): void => {
  withStores(name, makeStores, (current) => {
    commonPromises(current);
    incidentRetentionContract(current);
    keptSmallStoresContract(current);
    bundleRetentionContract(current);
  });
};
