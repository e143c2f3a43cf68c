import { afterEach, beforeEach, describe } from 'vitest';
import type { Stores } from '../../shared/adapters/map/stores.ts';
import type { CurrentStores } from './current-stores.ts';
import { incidentListContract } from './incident-list-contract.ts';
import { incidentWriteContract } from './incident-write-contract.ts';
import { timelineContract } from './timeline-contract.ts';
import { smallStoresContract } from './small-stores-contract.ts';

interface OpenStores {
  readonly stores: Stores;
  readonly close: () => Promise<void>;
}

/** What every set of stores promises, whatever it keeps things in. */
export function storeContract(name: string, makeStores: () => Promise<OpenStores>): void {
  describe(name, () => {
    let open: OpenStores;
    beforeEach(async () => {
      open = await makeStores();
    });
    afterEach(async () => {
      await open.close();
    });
    const current: CurrentStores = () => open.stores;
    incidentWriteContract(current);
    incidentListContract(current);
    timelineContract(current);
    smallStoresContract(current);
  });
}
