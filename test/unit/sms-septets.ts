// Written out from 3GPP TS 23.038, apart from the code under test.
const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const extended = '^{}\\[~]|€';

/** How many SMS a text takes, as a handset network counts: an escaped pair is never split. NaN when it is not GSM-7. */
export function segments(text: string): number {
  const costs = Array.from(text, (character) => (basic.includes(character) ? 1 : extended.includes(character) ? 2 : Number.NaN));
  const total = costs.reduce((sum, cost) => sum + cost, 0);
  if (Number.isNaN(total)) return Number.NaN;
  if (total <= 160) return 1;
  let [count, used] = [1, 0];
  for (const cost of costs) {
    if (used + cost > 153) [count, used] = [count + 1, 0];
    used += cost;
  }
  return count;
}
