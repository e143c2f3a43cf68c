/** The person behind the name an act was recorded under: `user:ana` is ana, an address stands for itself, any other name is nobody. */
export function personOf(by: string): string | null {
  if (by.startsWith('user:')) return by.slice('user:'.length);
  return by.startsWith('phone:') || by.startsWith('email:') ? by : null;
}
