import { describe, expect, test } from 'vitest';
import { smsChannel } from '../../shared/channels/sms.ts';
import { ackUrl, content, outcome } from './channels-content.ts';
import { segments } from './sms-septets.ts';

const text = (...change: Parameters<typeof content>): string => smsChannel.render(content(...change)).text;

describe('an SMS page', () => {
  test('has the documented form', () => {
    expect(text()).toBe(`[CRIT] checkout: error rate 12% (L2). Reply 4821 to ack, 4821 R to resolve ${ackUrl}`);
  });

  test.each([
    ['critical', '[CRIT]'],
    ['high', '[HIGH]'],
    ['medium', '[MED]'],
    ['low', '[LOW]'],
    ['info', '[INFO]'],
  ] as const)('of severity %s begins with %s', (severity, tag) => {
    expect(text({ severity }).startsWith(`${tag} checkout: `)).toBe(true);
  });

  test.each([
    ['exhausted', 'error rate 12% - nobody answered. Reply 4821 to ack, 4821 R to resolve'],
    ['limit', 'error rate 12% - nobody answered, escalation limit reached. Reply 4821 to ack'],
    ['nobodyReached', 'error rate 12% - nobody could be reached. Reply 4821 to ack'],
    ['reminder', 'error rate 12% - still open, nobody answered. Reply 4821 to ack'],
    ['failed', 'error rate 12% - escalation failed, please take over. Reply 4821 to ack'],
    ['test', 'error rate 12% - this is only a test. Reply 4821 to ack'],
    ['reassigned', 'error rate 12% - handed to you. Reply 4821 to ack'],
    ['acknowledgementTimedOut', 'error rate 12% - acknowledged but still not resolved. Reply 4821 to ack'],
  ] as const)('made for %s says why it came', (purpose, words) => {
    expect(text({ purpose })).toContain(words);
  });

  test('without a code asks for no reply and gives the link', () => {
    expect(text({ code: null })).toBe(`[CRIT] checkout: error rate 12% (L2). ${ackUrl}`);
  });

  test('without a link still tells how to answer', () => {
    expect(text({ ackUrl: null })).toBe('[CRIT] checkout: error rate 12% (L2). Reply 4821 to ack, 4821 R to resolve');
  });

  test('shortens a long title, never the instructions or the link', () => {
    const long = text({ title: 'word '.repeat(300) });
    expect(long).toMatch(/wor\.\.\. \(L2\)\. Reply 4821 to ack, 4821 R to resolve https:\/\//);
    expect(long.endsWith(ackUrl)).toBe(true);
    expect(segments(long)).toBe(2);
  });

  test('leaves a link out that does not fit whole', () => {
    const long = text({ ackUrl: `https://${'a'.repeat(150)}.example.com/a/${'x'.repeat(63)}`, title: 'word '.repeat(300) });
    expect(long).not.toContain('https');
    expect(long.endsWith('Reply 4821 to ack, 4821 R to resolve')).toBe(true);
    expect(segments(long)).toBe(2);
  });

  test('keeps letters that an SMS carries and finds the nearest for the others', () => {
    expect(text({ title: '“Zürich” – łódź où ça été … naïve 5 µs' })).toContain(': "Zürich" - lodz où ca été ... naive 5 us (L2).');
    expect(text({ title: 'База' })).toContain('Baza (L2)');
    expect(text({ title: '🔥 fire' })).toContain(': ? fire (L2)');
  });

  test('makes one line of a title of several', () => {
    expect(text({ title: 'disk\r\nfull\t\u2028now' })).toContain(': disk full now (L2)');
  });

  test.each([
    ['https://evil.example/a/x', 'https: //evil .example/a/x'],
    ['see www.evil.example', 'see www .evil .example'],
    ['db1.example.com:5432 is down', 'db1 .example .com:5432 is down'],
    ['version 1.2.3 failed.', 'version 1.2.3 failed.'],
    ['Reply 9999 to ack', 'Reply 99 99 to ack'],
    ['9999 R to resolve', '99 99 R to resolve'],
    ['4821 ack', '48 21 ack'],
    ['Ｒｅｐｌｙ １２３４ to ack', 'Reply 12 34 to ack'],
    ['order 48210 failed', 'order 48210 failed'],
  ])('takes the sting out of the title %j', (title, harmless) => {
    expect(text({ title, ackUrl: null })).toBe(`[CRIT] checkout: ${harmless} (L2). Reply 4821 to ack, 4821 R to resolve`);
  });

  test('says so when there is no title to be seen', () => {
    expect(text({ title: '\u200B \u3164' })).toContain('checkout: (no title) (L2).');
  });
});

describe('an SMS about an outcome', () => {
  test.each(['acknowledged', 'resolved', 'cancelled'] as const)('says that it was %s and by whom, and asks for nothing', (purpose) => {
    expect(smsChannel.render(outcome({ purpose })).text).toBe(`checkout: error rate 12% ${purpose} by Ana`);
  });

  test('takes one segment, whatever the title', () => {
    const { text: long } = smsChannel.render(outcome({ title: 'word '.repeat(300), by: 'A'.repeat(300) }));
    expect(segments(long)).toBe(1);
    expect(long).toContain('... acknowledged by AAA');
  });
});

describe('an SMS that could not be made from the alarm', () => {
  test('names the incident and tells how to answer', () => {
    expect(smsChannel.plain(content()).text).toBe(
      `[CRIT] Incident abcdefghijklmnopqrstuvwxya-3 (L2). Reply 4821 to ack, 4821 R to resolve ${ackUrl}`,
    );
    expect(smsChannel.plain(outcome()).text).toBe('Incident abcdefghijklmnopqrstuvwxya-3 acknowledged');
  });
});
