import { describe, expect, it } from 'vitest';
import { allZones, proveZone } from '../on-call-zones.ts';

const zones = allZones.filter((_, index) => index % 2 === 1);

describe('who is on call about every change of the clocks from 2020 to 2040 (every second zone, the second half)', () => {
  it('is whom somebody finds who watches the clocks minute by minute, for every kind of rotation and hours', { timeout: 1_200_000 }, () => {
    expect(zones.length).toBeGreaterThan(200);
    let places = 0;
    for (const zone of zones) {
      const proof = proveZone(zone);
      expect(proof.disagreements).toEqual([]);
      places += proof.places;
    }
    expect(places).toBeGreaterThan(2500);
  });
});
