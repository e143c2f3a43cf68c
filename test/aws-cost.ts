import { readFileSync } from 'node:fs';
import { format } from 'prettier';
import { prices } from './aws-prices.ts';

/** A kilobyte as monitors send it: words of a query, and figures that do not repeat. */
export const details = {
  query: 'sum(rate(http_requests_total{job="checkout",code=~"5.."}[5m])) / sum(rate(http_requests_total{job="checkout"}[5m])) > 0.05',
  samples: Array.from({ length: 13 }, (_, n) => ({
    instance: `10.0.${String(n)}.7:8080`,
    value: Math.sin(n + 1),
    trace: Math.cos(n + 1).toString(36),
  })),
};

export const thousand = 1000;
const kilobyte = 1e-6;

/** What every function call is reckoned with, besides what it is counted to ask for. */
const reckoned = { gigabytes: 0.5, seconds: 0.1, logKilobytes: 1, accessLogKilobytes: 0.2 } as const;
const call = prices.functionCall + reckoned.gigabytes * reckoned.seconds * prices.functionGigabyteSecond;

/** What an incident asked for, by what is billed. */
export interface Counted {
  readonly http: number;
  readonly calls: number;
  readonly written: number;
  readonly read: number;
  readonly queued: number;
  readonly armed: number;
  readonly secrets: number;
}

interface Line {
  readonly item: string;
  readonly count: number;
  readonly price: number;
}

/** The lines of the bill for what was counted. */
export const linesOf = ({ http, calls, written, read, queued, armed, secrets }: Counted): readonly Line[] => [
  { item: 'HTTP API requests', count: http, price: prices.httpRequest },
  { item: 'Lambda calls, 512 MB for 100 ms', count: calls, price: call },
  { item: 'DynamoDB write units, indexes included', count: written, price: prices.writeUnit },
  { item: 'DynamoDB read units', count: read, price: prices.readUnit },
  // A message is sent, received and deleted.
  { item: 'SQS requests', count: 3 * queued, price: prices.queueRequest },
  { item: 'schedules that fire', count: armed, price: prices.schedule },
  { item: 'reads of a secret', count: secrets, price: prices.secretRead },
  {
    item: 'KB of logs, 1 for each call and 0.2 for each request',
    count: calls * reckoned.logKilobytes + http * reckoned.accessLogKilobytes,
    price: prices.logGigabyte * kilobyte,
  },
];

/** In US dollars, so many times. */
export const total = (lines: readonly Line[], times: number): number =>
  lines.reduce((sum, { count, price }) => sum + count * price * times, 0);
export const dollars = (sum: number, digits: number): string => `$${sum.toFixed(digits)}`;

export const incidentRows = (lines: readonly Line[]): readonly (readonly string[])[] => [
  ['for one incident', 'count', 'for 1,000 incidents'],
  ...lines.map(({ item, count, price }) => [item, String(Math.round(count * 10) / 10), dollars(count * price * thousand, 4)]),
  ['**everything but messages**', '', `**${dollars(total(lines, thousand), 4)}**`],
];

/** As the page would have it. */
export async function asTable(rows: readonly (readonly string[])[]): Promise<string> {
  const text = rows.map((cells) => `| ${cells.join(' | ')} |`);
  const rule = `|${' --- |'.repeat(rows[0]?.length ?? 0)}`;
  return (await format([text[0], rule, ...text.slice(1)].join('\n'), { parser: 'markdown', printWidth: 140 })).trim();
}

/** The table of docs/aws.md that was counted so. */
export const tableOnPage = (name: string): string | undefined =>
  readFileSync(new URL('../docs/aws.md', import.meta.url), 'utf8')
    .split(`<!-- counted: ${name} -->`)[1]
    ?.trim();
