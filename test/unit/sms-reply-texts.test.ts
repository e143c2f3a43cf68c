import { describe, expect, test } from 'vitest';
import {
  acknowledgedReply,
  escalatedBeforeReply,
  escalatedReply,
  movedOnReply,
  openPagesReply,
  refusedReply,
  resolvedReply,
  unavailableReply,
  unknownCodeReply,
} from '../../shared/channels/reply-texts.ts';
import hostile from '../hostile-strings.json' with { type: 'json' };
import { segments } from './sms-septets.ts';

const page = { service: 'checkout', title: 'error rate 12%' };
const refusals = [
  'already-acknowledged',
  'already-resolved',
  'already-cancelled',
  'already-ended',
  'no-further-level',
  'not-open',
] as const;
const ben = { by: 'Ben', at: Date.UTC(2026, 7, 3, 12, 5, 11) };

describe('what comes back to an SMS', () => {
  test('tells what was done, and to what', () => {
    expect(acknowledgedReply(page, '4821')).toBe('Acknowledged: checkout: error rate 12%. Reply 4821 R to resolve.');
    expect(resolvedReply(page)).toBe('Resolved: checkout: error rate 12%.');
    expect(escalatedReply(page)).toBe('Escalated, the next level is being told: checkout: error rate 12%.');
  });

  test('tells who was faster, and when, in the time of the reader', () => {
    expect(refusedReply(page, 'already-acknowledged', ben, 'Europe/Berlin', 'acknowledge')).toBe(
      'Already acknowledged by Ben, 3 Aug 14:05 (Europe/Berlin): checkout: error rate 12%.',
    );
    expect(refusedReply(page, 'no-further-level', null, 'UTC', 'escalate')).toBe(
      'Not escalated, there is no further level: checkout: error rate 12%.',
    );
  });

  test('lists the open pages with their codes, a line each', () => {
    expect(
      openPagesReply([
        { ...page, code: '4821' },
        { service: 'db', title: 'disk full', code: '3920' },
      ]),
    ).toBe('Reply with a code to ack:\n4821 checkout: error rate 12%\n3920 db: disk full');
    expect(openPagesReply([])).toBe('No page is open for this number.');
  });

  test('lists as many open pages as two segments hold and counts the rest', () => {
    const text = openPagesReply(
      Array.from({ length: 30 }, (_, index) => ({ service: 'checkout', title: 'word '.repeat(100), code: String(4000 + index) })),
    );
    expect(text).toMatch(/^Reply with a code to ack:\n4000 checkout: .*\n4001 .*\n4002 .*\n4003 .*\nand 26 more$/);
    expect(segments(text)).toBe(2);
  });

  test('fits one segment of plain letters whatever the alarm says', () => {
    for (const text of hostile) {
      const about = { service: text, title: text };
      const replies = [
        acknowledgedReply(about, '482101'),
        resolvedReply(about),
        escalatedReply(about),
        escalatedBeforeReply(about),
        movedOnReply(about),
        unknownCodeReply(),
        unavailableReply(),
        ...refusals.map((code) => refusedReply(about, code, { by: text, at: ben.at }, 'America/Argentina/ComodRivadavia', 'escalate')),
      ];
      for (const reply of replies) expect([segments(reply), reply.includes('\n')], reply).toEqual([1, false]);
      for (const count of [1, 2, 3, 40]) {
        const list = openPagesReply(Array.from({ length: count }, () => ({ ...about, code: '482101' })));
        expect(segments(list)).toBeLessThanOrEqual(2);
        expect(list.match(/\n482101 /g)?.length).toBeGreaterThanOrEqual(Math.min(count, 4));
      }
    }
  });
});
