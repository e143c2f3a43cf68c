import { describe, expect, test } from 'vitest';
import { emailChannel } from '../../shared/channels/email.ts';
import { ackUrl, content, outcome } from './channels-content.ts';

const rich = content({
  levelLabel: 'platform',
  cycle: 1,
  repeat: 2,
  description: 'Orders fail.\r\nSince\u2028the deploy.',
  source: 'prometheus',
  environment: 'production',
  labels: { region: 'eu-central-1' },
  links: [{ href: 'https://grafana.example.com/d/1?a=1&b=2', text: 'Dashboard' }],
  occurrences: 3,
});

describe('an e-mail page', () => {
  test('has the documented subject', () => {
    expect(emailChannel.render(content()).subject).toBe('[CRITICAL] checkout: error rate 12% (level 2)');
  });

  test('[T-127] names the level number and the incident', () => {
    const { subject, text, html } = emailChannel.render(content());
    expect(subject).toContain('(level 2)');
    expect(text).toMatch(/^Level: +2$/m);
    expect(text).toMatch(/^Incident: +abcdefghijklmnopqrstuvwxya-3$/m);
    expect(html).toMatch(/Incident<\/th>\s*<td dir="auto">abcdefghijklmnopqrstuvwxya-3</);
  });

  test('tells everything there is to know, as plain text, in the time of the reader', () => {
    expect(emailChannel.render(rich).text).toBe(`error rate 12%

Service:     checkout
Severity:    critical
Since:       Mon 3 Aug 2026, 14:05:11 (Europe/Berlin)
Level:       2 (platform), round 2, repeat 2
Source:      prometheus
Environment: production
Occurrences: 3
Incident:    abcdefghijklmnopqrstuvwxya-3

Acknowledge, resolve or escalate:
${ackUrl}

By SMS: reply 4821 to ack, 4821 R to resolve.

Description:
  Orders fail.
  Since
  the deploy.

Labels:
  region: eu-central-1

Links:
  Dashboard: https://grafana.example.com/d/1?a=1&b=2
`);
  });

  test('tells the same as HTML, with a button', () => {
    const html = emailChannel.render(rich).html ?? '';
    for (const part of [
      'error rate 12%',
      'checkout',
      'Mon 3 Aug 2026, 14:05:11 (Europe/Berlin)',
      'Orders fail.\nSince\nthe deploy.',
      'eu-central-1',
    ]) {
      expect(html).toContain(part);
    }
    expect(html).toMatch(new RegExp(`<a class="button" href="${ackUrl}" rel="noreferrer"`));
    expect(html).toContain('href="https://grafana.example.com/d/1?a=1&amp;b=2"');
    expect(html).toContain('prefers-color-scheme: dark');
  });

  test.each([
    ['exhausted', '(nobody answered)'],
    ['reassigned', '(handed to you)'],
    ['acknowledgementTimedOut', '(acknowledged but still not resolved)'],
  ] as const)('made for %s says why it came', (purpose, words) => {
    expect(emailChannel.render(content({ purpose })).subject).toBe(`[CRITICAL] checkout: error rate 12% ${words}`);
  });

  test('links to http and https alone, and never to a place that shows another', () => {
    const hrefs = [
      'javascript:alert(1)',
      'ftp://files.example',
      'https://checkout.example@evil.example/',
      'not a url',
      'https://ok.example/',
    ];
    const { text, html } = emailChannel.render(content({ links: hrefs.map((href) => ({ href, text: null })) }));
    expect(text).toContain('Links:\n  https://ok.example/\n');
    expect(html?.match(/href="[^"]*"/g)).toEqual([`href="${ackUrl}"`, 'href="https://ok.example/"']);
  });

  test('cuts what is too long for a letter', () => {
    const long = 'word '.repeat(3000);
    const { subject, text, html } = emailChannel.render(content({ title: long, service: long, description: long, source: long }));
    expect(subject?.length).toBeLessThanOrEqual(200);
    expect(subject).toMatch(/… \(level 2\)$/);
    expect(text.length).toBeLessThan(6000);
    expect(html?.length).toBeLessThan(15_000);
  });

  test('shows the time as UTC when the zone is unknown', () => {
    expect(emailChannel.render(content({ zone: 'Mars/Olympus' })).text).toContain('3 Aug 2026, 12:05:11 (UTC)');
  });
});

describe('an e-mail about an outcome', () => {
  test.each(['acknowledged', 'resolved', 'cancelled'] as const)('says that it was %s and by whom, and asks for nothing', (purpose) => {
    const { subject, text, html } = emailChannel.render(outcome({ purpose }));
    expect(subject).toBe(`[${purpose.toUpperCase()}] checkout: error rate 12%`);
    expect(text).toMatch(new RegExp(`\\n${purpose} by Ana\\.\\n`, 'i'));
    expect(text + (html ?? '')).not.toMatch(/4821|pager\.example\.com/);
  });
});

describe('an e-mail that could not be made from the alarm', () => {
  test('names the incident and tells how to answer', () => {
    const { subject, text } = emailChannel.plain(content());
    expect(subject).toBe('[CRITICAL] Incident abcdefghijklmnopqrstuvwxya-3 (level 2)');
    expect(text).toContain(ackUrl);
    expect(text).toContain('reply 4821 to ack');
    expect(emailChannel.plain(outcome()).subject).toBe('[ACKNOWLEDGED] Incident abcdefghijklmnopqrstuvwxya-3');
  });
});
