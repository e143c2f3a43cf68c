import type { HandoffStore } from '../../../ports.ts';
import { readHandoffs, toHandoffsRecord } from '../../../schema/records-handoffs.ts';
import { jsonIn, n, numberIn, s } from './attributes.ts';
import type { Key, Table } from './table.ts';

const key: Key = { pk: 'handoffs', sk: 'handoffs' };

/** The record of handoffs, in the table. */
export const makeDynamoHandoffs = (table: Table): HandoffStore => ({
  async current() {
    const row = await table.get(key);
    return row === null ? null : readHandoffs(jsonIn(row, 'body'), numberIn(row, 'version'));
  },
  async save(handoffs) {
    const names = { '#version': 'version' };
    const before = { expression: '#version = :version', names, values: { ':version': n(handoffs.version - 1) } };
    const condition = handoffs.version === 1 ? { expression: 'attribute_not_exists(pk)' } : before;
    const row = { version: n(handoffs.version), body: s(JSON.stringify(toHandoffsRecord(handoffs))) };
    return (await table.put(key, row, condition)).ok;
  },
});
