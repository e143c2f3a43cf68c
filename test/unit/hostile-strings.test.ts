import { describe, expect, test } from 'vitest';
import { channels } from '../../shared/channels/registry.ts';
import { customChannel } from '../../shared/channels/custom.ts';
import { emailChannel } from '../../shared/channels/email.ts';
import { slackChannel } from '../../shared/channels/slack.ts';
import { smsChannel } from '../../shared/channels/sms.ts';
import { webhookChannel } from '../../shared/channels/webhook.ts';
import type { AckPageModel } from '../../shared/http/ack-page.ts';
import { ackPage } from '../../shared/http/ack-page.ts';
import { bundlePage, type ListedPage } from '../../shared/http/bundle-page.ts';
import hostile from '../hostile-strings.json' with { type: 'json' };
import { ackUrl, content } from './channels-content.ts';
import { hostileContents, kindOf, notRendered, purposes } from './hostile-content.ts';
import { tagsOf } from './html-tags.ts';
import { sentJson, slackBody } from './slack-body.ts';
import { segments } from './sms-septets.ts';

// Seen by nobody, or turning what follows around; the joiners belong to scripts and emoji.
const unseen = /[\p{Bidi_Control}\u200B\u2060\uFEFF\u{E0000}-\u{E007F}]|(?!\n)\p{Cc}/u;

/** The attributes an e-mail may hold; what is within quotes is theirs, and `tagsOf` proves that the quotes hold. */
const emailTags = new Set([
  ...tagsOf(
    emailChannel.render(content({ description: 'd', labels: { a: 'b' }, links: [{ href: 'https://ok.example/', text: 't' }] })).html ?? '',
  ),
  ...tagsOf(emailChannel.render(content({ kind: 'outcome', purpose: 'resolved', by: 'Ana' })).html ?? ''),
]);

describe('the hostile strings', () => {
  test('are many and all different', () => {
    expect(new Set(hostile).size).toBe(hostile.length);
    expect(hostile.length).toBeGreaterThanOrEqual(60);
  });
});

describe.each(purposes)('a message made for %s', (purpose) => {
  const kind = kindOf(purpose);
  const all = hostileContents(purpose);

  test('is made on every channel, whatever stands in any field', () => {
    expect(notRendered(channels, all)).toEqual([]);
  });

  test('as an SMS is one line of plain letters, two segments at most, with its instructions whole and last', () => {
    for (const { field, text, content: hostileContent } of all) {
      const sms = smsChannel.render(hostileContent).text;
      expect(segments(sms), `${field} ${text.slice(0, 40)}: ${sms}`).toBeLessThanOrEqual(kind === 'outcome' ? 1 : 2);
      expect(sms).not.toMatch(/[\n\r]/);
      if (kind === 'outcome') expect(sms).toMatch(new RegExp(` ${purpose} by \\S`));
      else expect(sms.replace(` ${ackUrl}`, '').endsWith('. Reply 4821 to ack, 4821 R to resolve')).toBe(true);
    }
  });

  test('as an SMS holds no link and no instruction but ours', () => {
    for (const { field, text, content: hostileContent } of all) {
      const theirs = smsChannel
        .render(hostileContent)
        .text.replace(` ${ackUrl}`, '')
        .replace(/ Reply 4821 to ack, 4821 R to resolve$/, '');
      expect(theirs, `${field} ${text.slice(0, 40)}`).not.toMatch(/:\/\/|www\.[^.]|[a-z0-9]\.(?:[a-z]{2,24}(?![a-z0-9-])|xn--)/i);
      expect(theirs).not.toMatch(/reply\W{0,10}[0-9]{4,6}(?![0-9])|(?<![0-9])[0-9]{4,6} (?:R to|to (?:ack|resolve))/i);
    }
  });

  test('as an e-mail has a subject of one line that begins as ours do', () => {
    for (const { content: hostileContent } of all) {
      const subject = emailChannel.render(hostileContent).subject ?? '';
      expect(subject).toMatch(kind === 'outcome' ? new RegExp(`^\\[${purpose.toUpperCase()}\\] \\S`) : /^\[CRITICAL\] \S.*: .*\)$/u);
      expect(subject).not.toMatch(/[\r\n\u2028\u2029]/);
      expect(subject).not.toMatch(unseen);
      expect(subject.length).toBeLessThanOrEqual(200);
    }
  });

  test('as an e-mail has no tag and no attribute but ours, and links to http and https alone', () => {
    for (const { field, text, content: hostileContent } of all) {
      const rendered = emailChannel.render(hostileContent);
      const html = rendered.html ?? '';
      expect(
        tagsOf(html).filter((tag) => !emailTags.has(tag)),
        `${field} ${text.slice(0, 40)}`,
      ).toEqual([]);
      for (const [, href] of html.matchAll(/href="([^"]*)"/g)) expect(href).toMatch(/^https?:\/\/[^\s<>'@]*(?:[/?#]|$)/);
      expect(html).not.toMatch(unseen);
      expect(rendered.text).not.toMatch(unseen);
    }
  });

  test('as a Slack message calls nobody and has no link but ours', async () => {
    for (const { field, text, content: hostileContent } of all) {
      const { text: fallback, blocks } = await slackBody(slackChannel.render(hostileContent));
      const link = `<${ackUrl}|Acknowledge, resolve or escalate>`;
      const marked = blocks.filter((block) => block.text.type === 'mrkdwn').map((block) => block.text.text);
      expect(marked, `${field} ${text.slice(0, 40)}`).toEqual(kind === 'outcome' ? [] : [link]);
      const plain = blocks.filter((block) => block.text.type === 'plain_text').map((block) => block.text.text);
      for (const theirs of [...plain, fallback.replace(link, '')]) {
        expect(theirs).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)|@(?:channel|here|everyone|all|group)(?![a-z0-9_])|\]\(/i);
        expect(theirs).not.toMatch(unseen);
        expect(theirs.trim()).not.toBe('');
      }
      expect(fallback.split('\n')[0]).toMatch(
        kind === 'outcome' ? new RegExp(`^\\[${purpose.toUpperCase()}\\] \\S`) : /^\[CRITICAL\] \S.*: .*\)$/u,
      );
    }
  });

  test.each([
    ['a webhook', webhookChannel, {}],
    ['an event', customChannel, { target: 'somewhere' }],
  ])('as %s is JSON in which every text is what it was', async (_, channel, added) => {
    for (const { field, text, content: hostileContent } of all) {
      const json = await sentJson(channel.render(hostileContent));
      expect(json, `${field} ${text.slice(0, 40)}`).toEqual({
        type: kind === 'outcome' ? `incident.${purpose}` : 'notification',
        timestamp: '2026-08-03T12:05:12.000Z',
        data: {
          ...{ notificationId: hostileContent.notificationId, kind, purpose, level: 2, cycle: 0, by: hostileContent.by, ackUrl },
          incident: hostileContent.incident(),
          ...added,
        },
      });
    }
  });
});

describe('the page behind an ack link', () => {
  const model: AckPageModel = {
    title: 'error rate 12%',
    service: 'checkout',
    severity: 'critical',
    createdAt: 0,
    zone: 'Europe/Berlin',
    personName: 'Ana',
    told: ['Ana'],
    level: 1,
    levelLabel: 'first',
    standing: { state: 'acknowledged', by: 'Ana', at: 0 },
    incidentId: 'abcdefghijklmnopqrstuvwxya-3',
    source: 'db-1',
    description: 'The volume is full.',
    links: [{ href: 'https://run.example/disk', text: 'Runbook' }],
    snoozedUntil: null,
    supersededBy: null,
    pressed: { kind: 'refused', code: 'already-acknowledged', act: { by: 'Ana', at: 0 } },
  };
  const title = 'a title so long that it stands on the page twice '.repeat(5);
  // A source or description of which nothing can be seen, and a link that is none, are left out.
  const ours = [{}, { title }, { source: null }, { description: null }, { links: [] }].map((change) =>
    tagsOf(ackPage({ ...model, ...change })),
  );

  test('has the tags of the template and no other, whatever stands in any field', () => {
    for (const text of hostile) {
      const by = { by: text, at: 0 };
      const models: readonly AckPageModel[] = [
        { ...model, title: text },
        { ...model, service: text },
        { ...model, personName: text },
        { ...model, told: [text] },
        { ...model, levelLabel: text },
        { ...model, zone: text },
        { ...model, source: text },
        { ...model, description: text },
        { ...model, links: [{ href: 'https://run.example/disk', text }] },
        { ...model, links: [{ href: text, text }] },
        { ...model, links: [{ href: `https://run.example/${text}`, text }] },
        { ...model, standing: { state: 'acknowledged', ...by } },
        { ...model, pressed: { kind: 'refused', code: 'already-acknowledged', act: by } },
        {
          ...model,
          title: text,
          service: text,
          personName: text,
          told: [text, text],
          levelLabel: text,
          zone: text,
          standing: { state: 'acknowledged', ...by },
        },
      ];
      for (const page of models.map(ackPage)) {
        expect(ours).toContainEqual(tagsOf(page));
        expect(page).not.toMatch(unseen);
        expect(page.isWellFormed()).toBe(true);
      }
    }
  });
});

describe('the page behind the link of several pages', () => {
  const one: ListedPage = {
    severity: 'critical',
    service: 'checkout',
    title: 'error rate',
    standing: { state: 'acknowledged', by: 'Ana', at: 0 },
  };
  const made = (listed: readonly ListedPage[], zone = 'Europe/Berlin'): string =>
    bundlePage({ count: listed.length, listed, zone, pressed: { text: 'Acknowledged 1 incident.', done: true } });
  const ours = tagsOf(made([one, one]));

  test('has the tags of the template and no other, whatever stands in any field', () => {
    for (const text of hostile) {
      const pages = [
        made([one, { ...one, title: text }]),
        made([one, { ...one, service: text }]),
        made([one, { ...one, standing: { state: 'resolved', by: text, at: 0 } }]),
        made([one, one], text),
      ];
      for (const page of pages) {
        expect(tagsOf(page).filter((tag) => !ours.includes(tag))).toEqual([]);
        expect(page).not.toMatch(unseen);
        expect(page.isWellFormed()).toBe(true);
      }
    }
  });
});
