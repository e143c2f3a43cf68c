import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { AckPageModel } from '../../shared/http/ack-page.ts';
import { ackPage, messagePage } from '../../shared/http/ack-page.ts';
import { ackHeaders } from '../../shared/http/page-shell.ts';

const at = Date.UTC(2026, 7, 3, 12, 5, 11);
const model: AckPageModel = {
  title: 'error rate 12%',
  service: 'checkout',
  severity: 'critical',
  createdAt: at,
  zone: 'Europe/Berlin',
  personName: 'Ana',
  told: ['Ana', 'Ben'],
  level: 2,
  levelLabel: 'platform',
  standing: { state: 'open', noted: null, reopened: false },
  incidentId: 'abcdefghijklmnopqrstuvwxya-3',
  source: 'db-1',
  description: null,
  links: [],
  snoozedUntil: null,
  supersededBy: null,
  pressed: null,
};
const page = (change: Partial<AckPageModel> = {}): string => ackPage({ ...model, ...change });
const offered = (markup: string): (string | undefined)[] =>
  Array.from(markup.matchAll(/<button[^>]*name="action"[^>]*value="(\w+)"/g), ([, action]) => action);
const ben = { by: 'Ben', at };

describe('the page behind an ack link', () => {
  test('shows what happened, since when in the time of the reader, and who was told', () => {
    const markup = page();
    for (const part of [
      'error rate 12%',
      'checkout',
      'CRITICAL',
      'Mon 3 Aug 2026, 14:05:11 (Europe/Berlin)',
      'Ana, Ben',
      '2 (platform)',
      'abcdefghijklmnopqrstuvwxya-3',
    ]) {
      expect(markup).toContain(part);
    }
  });

  test('tells whoever has nothing but an SMS what is known of the problem, and where to read on, below the buttons', () => {
    const links = [
      { href: 'https://run.example/disk?a=1&b=2', text: 'Runbook' },
      { href: 'https://graf.example/d/1', text: null },
      { href: 'javascript:alert(1)', text: 'no link' },
      { href: 'https://bank.example@evil.example/', text: 'another place than it says' },
    ];
    const markup = page({ description: 'The volume is full.\nSee the runbook.', links });
    const details = markup.slice(markup.indexOf('</form>'));
    expect(details).toContain('db-1');
    expect(details).toContain('The volume is full.\nSee the runbook.');
    expect(Array.from(details.matchAll(/<a href="([^"]*)" rel="noreferrer noopener nofollow">/g), ([, href]) => href)).toEqual([
      'https://run.example/disk?a=1&amp;b=2',
      'https://graf.example/d/1',
    ]);
    expect(details).toContain('Runbook');
    expect(page()).not.toMatch(/Description|Links/);
  });

  test('says until when nobody is told because it is snoozed', () => {
    expect(page()).not.toContain('Snoozed');
    expect(page({ snoozedUntil: at })).toContain('Snoozed until Mon 3 Aug 2026, 14:05:11 (Europe/Berlin): nobody is told before.');
  });

  test('offers to acknowledge first, before all details', () => {
    const markup = page();
    expect(offered(markup)).toEqual(['acknowledge', 'resolve', 'escalate']);
    expect(markup.indexOf('value="acknowledge"')).toBeLessThan(markup.indexOf('Details'));
    expect(markup).toContain('<form method="post">');
  });

  test('keeps the buttons within sight under a title of any length, and the title whole below', () => {
    const title = 'word '.repeat(100).trim();
    const markup = page({ title });
    const heading = /<h1[^>]*>([^<]*)<\/h1>/.exec(markup)?.[1] ?? title;
    expect(heading.length).toBeLessThanOrEqual(160);
    expect(markup.slice(markup.indexOf('<dl>'))).toContain(title);
  });

  test.each([
    [{ state: 'acknowledged', ...ben }, 'Acknowledged by Ben, Mon 3 Aug 2026, 14:05:11 (Europe/Berlin)', ['resolve']],
    [{ state: 'resolved', ...ben }, 'Resolved by Ben', []],
    [{ state: 'cancelled', ...ben }, 'Cancelled by Ben', []],
    [{ state: 'ended', reopened: false }, 'nobody has acknowledged it', ['acknowledge', 'resolve', 'escalate']],
  ] as const)('offers what is still possible: %j', (standing, words, actions) => {
    const markup = page({ standing });
    expect(markup).toContain(words);
    expect(offered(markup)).toEqual(actions);
  });

  test.each([
    ['acknowledge', { state: 'acknowledged', by: 'Ana', at }, 'Acknowledged. You are on it, Ana.'],
    ['resolve', { state: 'resolved', by: 'Ana', at }, 'Resolved. Thank you, Ana.'],
    ['escalate', { state: 'open', noted: null, reopened: false }, 'Escalated. The next level is being told.'],
  ] as const)('confirms a press of %s', (action, standing, words) => {
    expect(page({ standing, pressed: { kind: 'done', action } })).toContain(words);
  });

  test.each([
    ['asked-before', 'Already escalated. The next level is being told.'],
    ['moved-on', 'Nothing was changed: it has already moved on from the level of this message.'],
  ] as const)('says that a press of escalate came second: %s', (kind, words) => {
    const markup = page({ pressed: { kind } });
    expect(markup).toContain(words);
    expect(markup).not.toContain('>Escalated.');
  });

  test.each([
    ['already-acknowledged', 'it is already acknowledged by Ben'],
    ['already-resolved', 'it is already resolved by Ben'],
    ['already-cancelled', 'it was cancelled by Ben'],
    ['already-ended', 'it is already over'],
    ['no-further-level', 'there is no further level'],
    ['not-open', 'it is no longer open'],
  ] as const)('says why a press was refused: %s', (code, words) => {
    expect(page({ pressed: { kind: 'refused', code, act: ben } })).toContain(`Nothing was changed: ${words}`);
    expect(page({ pressed: { kind: 'refused', code, act: null } })).toContain('Nothing was changed: ');
  });

  test('names the newer incident and says that the link does not act on it', () => {
    const markup = page({ standing: { state: 'resolved', ...ben }, supersededBy: 'abcdefghijklmnopqrstuvwxya-4' });
    expect(markup).toMatch(/abcdefghijklmnopqrstuvwxya-4.*This link acts on the old one\s+alone/s);
  });

  test('says when nobody has been told yet', () => {
    expect(page({ told: [], level: 0, levelLabel: null })).toMatch(/Nobody yet.*No level has fired yet/s);
    expect(page({ told: Array.from({ length: 60 }, (_, index) => `P${index}`) })).toContain('P49, and 10 more');
  });
});

describe('the page instead', () => {
  test.each([
    ['forged', 'not valid'],
    ['expired', 'has expired'],
    ['unavailable', 'could not be saved'],
  ] as const)('says that a link is %s, and changes nothing', (what, words) => {
    expect(messagePage(what)).toContain(words);
    expect(messagePage(what)).toContain('Nothing was changed');
    expect(offered(messagePage(what, 'resolve'))).toEqual(what === 'unavailable' ? ['resolve'] : []);
  });
});

describe('every page', () => {
  const pages = [
    page(),
    page({ standing: { state: 'acknowledged', ...ben } }),
    messagePage('forged'),
    messagePage('unavailable', 'acknowledge'),
  ];

  test('uses its own style alone: no script, nothing from elsewhere, kept and indexed nowhere', () => {
    for (const markup of pages) {
      expect(markup).not.toMatch(/<script|<img|<link|<iframe|\son\w+=|\sstyle=|src=|@import|url\(/i);
      const style = /<style>(.*)<\/style>/s.exec(markup)?.[1] ?? '';
      const hash = createHash('sha256').update(style).digest('base64');
      expect(ackHeaders['content-security-policy']).toBe(
        `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
      );
    }
    expect(ackHeaders).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    expect(ackHeaders['x-robots-tag']).toContain('noindex');
  });

  test('names its language and fits a telephone', () => {
    for (const markup of pages) {
      expect(markup).toContain('<html lang="en">');
      expect(markup).toMatch(/<meta name="viewport" content="width=device-width, initial-scale=1"/);
      expect(markup.match(/<h1/g)).toHaveLength(1);
    }
  });

  test('is legible by day and by night: a contrast of at least 4.5 for every text', () => {
    const style = /<style>(.*)<\/style>/s.exec(page())?.[1] ?? '';
    const themes = Array.from(
      style.matchAll(/:root \{([^}]*)\}/g),
      ([, body]) => new Map(Array.from((body ?? '').matchAll(/--([\w-]+): (#\w{6})/g), ([, name, colour]) => [name, colour])),
    );
    const pairs = themes.flatMap((theme) => [
      ...['text', 'quiet', 'good', 'bad'].map((name) => [theme.get(name), theme.get('page')]),
      [theme.get('on-act'), theme.get('act')],
    ]);
    const badges = Array.from(style.matchAll(/background: (#\w{6});/g), ([, colour]) => ['#ffffff', colour]);
    expect([pairs.length, badges.length]).toEqual([10, 5]);
    for (const [text, ground] of [...pairs, ...badges])
      expect(contrast(text ?? '', ground ?? ''), `${text ?? ''} on ${ground ?? ''}`).toBeGreaterThanOrEqual(4.5);
  });
});

function contrast(one: string, two: string): number {
  const [bright, dim] = [luminance(one), luminance(two)].sort((a, b) => b - a);
  return ((bright ?? 0) + 0.05) / ((dim ?? 0) + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((index) => {
    const part = Number.parseInt(colour.slice(index, index + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (red ?? Number.NaN) + 0.7152 * (green ?? Number.NaN) + 0.0722 * (blue ?? Number.NaN);
}
