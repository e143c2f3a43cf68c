import { describe, expect, test } from 'vitest';
import { renderBundle } from '../../shared/channels/bundle.ts';
import type { BundleContent } from '../../shared/channels/channel.ts';
import { emailChannel } from '../../shared/channels/email.ts';
import { channels } from '../../shared/channels/registry.ts';
import { slackChannel } from '../../shared/channels/slack.ts';
import { smsChannel } from '../../shared/channels/sms.ts';
import type { MessageContext, Transports } from '../../shared/ports.ts';
import { pagerChannel } from '../behaviour/made-up-channel.ts';
import hostile from '../hostile-strings.json' with { type: 'json' };
import { tagsOf } from './html-tags.ts';
import { segments } from './sms-septets.ts';

const link = (number: number): string => `https://pager.example.com/a/${String(number).padStart(63, 'x')}`;

const all = `https://pager.example.com/a/${'all'.padStart(63, 'x')}`;

const bundle = (change: Partial<BundleContent> = {}): BundleContent => ({
  id: 'bundlebundlebundlebundleab',
  purpose: 'level',
  severity: 'critical',
  count: 17,
  services: [
    { name: 'checkout', count: 9 },
    { name: 'search', count: 8 },
  ],
  pages: Array.from({ length: 17 }, (_, number) => ({
    severity: number === 0 ? 'critical' : 'low',
    service: number < 9 ? 'checkout' : 'search',
    title: `problem ${number}`,
    incidentId: `abcdefghijklmnopqrstuvwxya-${number}`,
    ackUrl: link(number),
  })),
  at: Date.UTC(2026, 7, 3, 12, 5, 11),
  zone: 'Europe/Berlin',
  personName: 'Ana',
  ackUrl: all,
  code: '4821',
  ...change,
});

const about: MessageContext = { kind: 'page', person: 'ana', incidentId: null, notificationId: 'bundle-x', ackUrl: null, code: null };

const sms = (change: Partial<BundleContent> = {}): string => renderBundle(smsChannel, bundle(change)).text;

describe('a bundle as an SMS', () => {
  test('says how many pages there are, of which services, and how to answer all', () => {
    expect(sms({ ackUrl: null })).toBe('[CRIT] 17 pages: checkout 9, search 8. Reply 4821 to ack all, 4821 R to resolve all');
  });

  test('has the link that shows which pages they are, where it fits behind all the words', () => {
    const words = '[CRIT] 17 pages: checkout 9, search 8. Reply 4821 to ack all, 4821 R to resolve all';
    expect(sms()).toBe(`${words} ${all}`);
    expect(sms({ ackUrl: `https://${'long.'.repeat(60)}example.com/a/x` })).toBe(words);
    const services = Array.from({ length: 12 }, (_, number) => ({ name: `service ${number}`, count: 1 }));
    expect(sms({ services, count: 12 })).toMatch(/service 11 1\. Reply 4821 to ack all, 4821 R to resolve all$/);
  });

  test('says why, when it is a reminder', () => {
    expect(sms({ purpose: 'reminder' })).toContain('[CRIT] 17 pages - still open, nobody answered: checkout 9, search 8.');
  });

  test('without a code asks for no reply, and has the link that answers all where it fits', () => {
    expect(sms({ code: null })).toBe(`[CRIT] 17 pages: checkout 9, search 8. ${all}`);
    expect(sms({ code: null, ackUrl: null })).toBe('[CRIT] 17 pages: checkout 9, search 8.');
    expect(sms({ code: null, ackUrl: `https://${'long.'.repeat(60)}example.com/a/x` })).toBe('[CRIT] 17 pages: checkout 9, search 8.');
  });

  test('of very many services names those that fit, and keeps its instructions', () => {
    const services = Array.from({ length: 300 }, (_, number) => ({ name: `service with a rather long name ${number}`, count: 4 }));
    const text = sms({ count: 1200, services });
    expect(text).toMatch(/^\[CRIT\] 1200 pages: service with a rather\.\.\. 4, service/);
    expect(text).toMatch(/\.\.\.\. Reply 4821 to ack all, 4821 R to resolve all$/);
    expect(segments(text)).toBe(2);
  });
});

describe('a bundle as an e-mail', () => {
  const mail = (change: Partial<BundleContent> = {}) => renderBundle(emailChannel, bundle({ code: null, ...change }));

  test('has a link for all of them first, and lists the pages, each with its own link, in both its forms', () => {
    const { subject, text, html } = mail();
    expect(text.indexOf(`Acknowledge, resolve or escalate all of them:\n${all}\n`)).toBeGreaterThan(0);
    expect(text.indexOf(all)).toBeLessThan(text.indexOf(link(0)));
    expect(html).toContain(`<a class="button" href="${all}" rel="noreferrer">Acknowledge, resolve or escalate all of them</a>`);
    expect(subject).toBe('[CRITICAL] 17 pages: checkout 9, search 8');
    for (let number = 0; number < 17; number += 1) {
      expect(text).toContain(`problem ${number}\n  ${link(number)}\n`);
      expect(html).toContain(`href="${link(number)}"`);
    }
    expect(text).toContain('  [CRITICAL] checkout: problem 0\n');
    expect(text).not.toContain('more');
  });

  test('lists fifty, and then says how many more there are', () => {
    const pages = Array.from({ length: 500 }, (_, number) => ({ ...bundle().pages[0]!, title: `problem ${number}`, ackUrl: link(number) }));
    const { text, html } = mail({ count: 1200, pages, ackUrl: null });
    expect(text.match(/\/a\//g)).toHaveLength(50);
    expect(html?.match(/\/a\//g)).toHaveLength(50);
    expect(text).toContain('  and 1150 more\n');
    expect(html).toContain('and 1150 more');
  });
});

describe('a bundle on a channel that has no form of its own for it', () => {
  test('is a page that lists the pages', () => {
    const { text } = renderBundle(pagerChannel, bundle());
    expect(text).toBe('Call in: checkout 9, search 8');
  });

  test('keeps every link and says how many there are', () => {
    const { text } = renderBundle({ render: (content) => emailChannel.render(content) }, bundle({ code: null }));
    for (const one of [all, ...Array.from({ length: 17 }, (_, number) => link(number))]) expect(text).toContain(one);
    expect(text).toContain('17 pages');
  });
});

describe('a bundle in a chat room', () => {
  const sentBody = async (
    count: number,
  ): Promise<{ readonly text: string; readonly blocks: readonly { readonly text: { readonly text: string } }[] }> => {
    const bodies: string[] = [];
    const pages = Array.from({ length: count }, () => bundle().pages[0]!);
    const transports = {
      slack: ({ body }: { readonly body: string }) => (bodies.push(body), Promise.resolve({ ok: true, providerId: null })),
    };
    await renderBundle(slackChannel, bundle({ code: null, count, pages })).send(
      'https://hooks.example',
      transports as unknown as Transports,
      about,
    );
    return JSON.parse(bodies[0] ?? '{}') as Awaited<ReturnType<typeof sentBody>>;
  };

  test('has a link for all of them first, names each page with a link of its own, whole, and says how many it does not name', async () => {
    const { text, blocks } = await sentBody(60);
    const lines = blocks.map((block) => block.text.text);
    expect(lines[0]).toBe('[CRITICAL] 60 pages: checkout 9, search 8');
    expect(lines.at(-1)).toBe('and 40 more');
    const forAll = `<${all}|Acknowledge, resolve or escalate all of them>`;
    expect(lines[1]).toBe(forAll);
    expect(text.split('\n')[1]).toBe(forAll);
    expect(lines.filter((line) => line.startsWith('<https://'))).toHaveLength(21);
    expect(blocks.length).toBeLessThanOrEqual(50);
    expect(text).toContain('and 40 more');
  });
});

/** The corpus in every place where foreign text can stand. */
const changes = hostile.flatMap((text): readonly (readonly [string, Partial<BundleContent>])[] => {
  const services = [
    { name: text, count: 9 },
    { name: 'search', count: 8 },
    { name: text, count: 4821 },
  ];
  const pages = [{ ...bundle().pages[0]!, service: text, title: text }, ...bundle().pages];
  return [
    [`services ${text}`, { services }],
    [`pages ${text}`, { pages }],
    [`everything ${text}`, { services, pages, personName: text, zone: text }],
  ];
});

describe('a bundle, whatever stands in any field', () => {
  test('as an SMS is one line of plain letters in two segments at most, with no link and no instruction but ours', () => {
    for (const [what, change] of changes) {
      const whole = sms(change);
      expect(segments(whole), what).toBeLessThanOrEqual(2);
      const text = whole.endsWith(` ${all}`) ? whole.slice(0, -all.length - 1) : whole;
      expect(text).not.toMatch(/[\n\r]/);
      expect(text).toMatch(/\. Reply 4821 to ack all, 4821 R to resolve all$/);
      const theirs = text.replace(/ Reply 4821 to ack all, 4821 R to resolve all$/, '');
      expect(theirs, what).not.toMatch(/:\/\/|www\.[^.]|[a-z0-9]\.(?:[a-z]{2,24}(?![a-z0-9-])|xn--)/i);
      expect(theirs, what).not.toMatch(/reply\W{0,10}[0-9]{4,6}(?![0-9])|(?<![0-9])[0-9]{4,6} (?:R to|to (?:ack|resolve))/i);
    }
  });

  test('as an e-mail has a subject of one line and no tag but ours', () => {
    const ours = new Set(tagsOf(renderBundle(emailChannel, bundle({ code: null })).html ?? ''));
    for (const [what, change] of changes) {
      const { subject, html, text } = renderBundle(emailChannel, bundle({ code: null, ...change }));
      expect(subject).toMatch(/^\[CRITICAL\] 17 pages: \S/u);
      expect(subject).not.toMatch(/[\r\n\u2028\u2029]/);
      expect(subject?.length).toBeLessThanOrEqual(200);
      expect(
        tagsOf(html ?? '').filter((tag) => !ours.has(tag)),
        what,
      ).toEqual([]);
      expect(text.isWellFormed() && html?.isWellFormed()).toBe(true);
    }
  });

  test('is made on every channel', () => {
    for (const [what, change] of changes) {
      for (const channel of channels.values()) expect(renderBundle(channel, bundle(change)).text.trim(), what).not.toBe('');
    }
  });
});
