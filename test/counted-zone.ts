import { ZoneOffsets } from '../shared/domain/on-call/zone-offsets.ts';

/** A zone that counts how often it is asked. */
export class CountedZone extends ZoneOffsets {
  looks = 0;

  override at(instant: number): number {
    this.looks += 1;
    return super.at(instant);
  }
}
