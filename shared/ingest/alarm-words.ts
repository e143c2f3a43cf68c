import { alarmNameOf } from './arn.ts';

const longestReason = 2048;
const longestRest = 160;

/**
 * Why a CloudWatch alarm changed its state, in words that fit in a title: `CPUUtilization is 99.5, above 50`. `metric` is the name of what is
 * watched; a reason of another kind is told by its first sentence. Null when the reason is empty.
 */
export function alarmWords(reason: string, metric: string | null): string | null {
  const text = reason.slice(0, longestReason).trim();
  if (text === '') return null;
  const what = metric ?? 'value';
  return missing(text, what) ?? outside(text, what) ?? crossed(text, what) ?? childAlarm(text) ?? firstSentence(text);
}

const comparisons: ReadonlyMap<string, string> = new Map([
  ['greater than', 'above'],
  ['less than', 'below'],
  ['greater than or equal to', 'at or above'],
  ['less than or equal to', 'at or below'],
]);

const number = String.raw`-?\d+(?:\.\d+)?(?:E-?\d+)?`;
const crossing = new RegExp(
  String.raw`\b(?:was|were) (not )?((?:greater|less) than(?: or equal to)?) the threshold(?: \((${number})\))?`,
  'i',
);
const lower = new RegExp(String.raw`less than the lower thresholds? \[(${number})`, 'i');
const upper = new RegExp(String.raw`greater than the upper thresholds? \[(${number})`, 'i');
const datapoint = new RegExp(String.raw`\[(${number})(?: \(|,|\])`, 'i');
const unreceived = /\bno datapoints were received for (\d+) periods?\b/i;

function crossed(text: string, what: string): string | null {
  const [, not, comparison, threshold] = crossing.exec(text) ?? [];
  const words = comparisons.get(comparison?.toLowerCase() ?? '');
  if (words === undefined) return null;
  const limit = threshold === undefined ? 'the threshold' : short(threshold);
  const value = datapoint.exec(text)?.[1];
  const side = `${not === undefined ? '' : 'not '}${words} ${limit}`;
  return value === undefined ? `${what} is ${side}` : `${what} is ${short(value)}, ${side}`;
}

/** Anomaly detection: a band instead of a threshold. */
function outside(text: string, what: string): string | null {
  const [least, most] = [lower.exec(text)?.[1], upper.exec(text)?.[1]];
  const value = datapoint.exec(text)?.[1];
  if (least === undefined || most === undefined || value === undefined) return null;
  const where = /\bnot less than the lower\b/i.test(text) ? 'within' : 'outside';
  return `${what} is ${short(value)}, ${where} ${short(least)} to ${short(most)}`;
}

function missing(text: string, what: string): string | null {
  const periods = unreceived.exec(text)?.[1];
  return periods === undefined ? null : `${what} sent no data for ${periods} period${periods === '1' ? '' : 's'}`;
}

const states: ReadonlyMap<string, string> = new Map([
  ['ALARM', 'is in alarm'],
  ['OK', 'is OK again'],
  ['INSUFFICIENT_DATA', 'has no data'],
]);

/** Composite alarms: which of the alarms below made the difference. */
function childAlarm(text: string): string | null {
  const [, arn, state] = /^(arn:\S{1,1600}) transitioned to ([A-Z_]+)\b/.exec(text) ?? [];
  const name = alarmNameOf(arn ?? '');
  const words = states.get(state ?? '');
  return name === null || words === undefined ? null : `${name} ${words}`;
}

function firstSentence(text: string): string {
  const end = text.search(/[.!?](?:\s|$)|\n/);
  const sentence = end === -1 ? text : text.slice(0, end);
  return sentence.length > longestRest ? `${sentence.slice(0, longestRest - 1).trimEnd()}…` : sentence;
}

/** Four digits are enough to judge by. */
function short(written: string): string {
  const value = Number(written);
  if (!Number.isFinite(value)) return written;
  return String(Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(4)));
}
