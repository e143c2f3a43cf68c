import type { TargetType } from './policy.ts';

/** What can be told without being a person: the target itself then stands wherever a person's id would. */
export type AddressType = Exclude<TargetType, 'user' | 'team' | 'schedule'>;

const addressTypes: readonly AddressType[] = ['phone', 'email', 'channel', 'webhook', 'custom'];

/** The kind of a target that is no person; null: any other name or id. */
export const addressTypeOf = (name: string): AddressType | null => addressTypes.find((type) => name.startsWith(`${type}:`)) ?? null;

/** The person behind the name an act was recorded under: `user:ana` is ana, an address or a room stands for itself, any other name is nobody. */
export function personOf(by: string): string | null {
  if (by.startsWith('user:')) return by.slice('user:'.length);
  return addressTypeOf(by) === null ? null : by;
}

/** The name of who acted, fit for other people's eyes: of an address only its kind. */
export function withoutAddress(by: string): string {
  const type = addressTypeOf(by);
  return type === null || type === 'channel' || type === 'custom' ? by : type;
}
