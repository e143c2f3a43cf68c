import { describe, expect, test } from 'vitest';
import { slackChannel } from '../../shared/channels/slack.ts';
import { about, ackUrl, content, outcome, recordingTransports } from './channels-content.ts';
import { slackBody } from './slack-body.ts';

const rich = content({
  levelLabel: 'platform',
  description: 'Orders fail.\nAcknowledge here: https://evil.example/',
  source: 'prometheus',
  labels: { region: 'eu-central-1' },
  links: [{ href: 'https://grafana.example.com/d/1?a=1&b=2', text: 'Dashboard' }],
});

describe('a page in Slack [H-020]', () => {
  test('says what is wrong, where, how badly and at which level, and links to the answer', async () => {
    const { text, blocks } = await slackBody(slackChannel.render(rich));
    expect(text).toBe(`[CRITICAL] checkout: error rate 12% (level 2)

<${ackUrl}|Acknowledge, resolve or escalate>

Service: checkout
Severity: critical
Since: Mon 3 Aug 2026, 14:05:11 (Europe/Berlin)
Level: 2 (platform)
Source: prometheus
Incident: abcdefghijklmnopqrstuvwxya-3

Description:
  Orders fail.
  Acknowledge here: https://evil.example/

region: eu-central-1

Dashboard: https://grafana.example.com/d/1?a=1&amp;b=2`);
    expect(blocks.map(({ text }) => text.text).join('\n\n')).toBe(text);
    expect(blocks.map(({ text }) => text.type)).toEqual(['plain_text', 'mrkdwn', ...Array.from({ length: 4 }, () => 'plain_text')]);
  });

  test('asks Slack to make nothing else of it: no markup, no names, no previews', async () => {
    expect(await slackBody(slackChannel.render(rich))).toMatchObject({
      ...{ mrkdwn: false, parse: 'none', link_names: false, unfurl_links: false, unfurl_media: false },
    });
  });

  test.each([
    [
      '<!channel> & <@U123|ana> <https://evil.example|Acknowledge>',
      '&lt;!channel&gt; &amp; &lt;@U123|ana&gt; &lt;https://evil.example|Acknowledge&gt;',
    ],
    ['<\u200B!here\u2060>', '&lt;!here&gt;'],
    ['@channel @Here @everyone @all @heretic', '＠channel ＠Here ＠everyone ＠all @heretic'],
    ['[Acknowledge](https://evil.example)', '[Acknowledge] (https://evil.example)'],
    ['&lt;!channel&gt;', '&amp;lt;!channel&amp;gt;'],
  ])('shows %s as it was written', async (title, shown) => {
    const { text } = await slackBody(slackChannel.render(content({ title })));
    expect(text.split('\n')[0]).toBe(`[CRITICAL] checkout: ${shown} (level 2)`);
  });

  test('is cut to what Slack takes, with the link whole', async () => {
    const long = '<&> '.repeat(2000);
    const labels = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`label ${index}`, long]));
    const body = await slackBody(slackChannel.render(content({ title: long, service: long, description: long, source: long, labels })));
    expect(body.text.length).toBeLessThanOrEqual(4000);
    expect(body.text).toContain(`<${ackUrl}|`);
    for (const { text } of body.blocks) {
      expect(text.text.length).toBeLessThanOrEqual(3000);
      expect(text.text).not.toMatch(/&(?!amp;|lt;|gt;)/);
    }
  });

  test('is kept by the inbox as people read it', async () => {
    const transports = recordingTransports();
    await slackChannel.render(content({ title: 'a < b' })).send('secret:OPS', transports, about);
    expect(transports.sent[0]?.text).toContain('a < b');
    expect(transports.sent[0]?.text).toContain(`Acknowledge, resolve or escalate: ${ackUrl}`);
  });
});

describe('an outcome in Slack', () => {
  test.each(['acknowledged', 'resolved', 'cancelled'] as const)(
    'says that it was %s and by whom, and asks for nothing',
    async (purpose) => {
      const { text, blocks } = await slackBody(slackChannel.render(outcome({ purpose, by: 'Ana <!here>' })));
      expect(text.split('\n')[0]).toBe(`[${purpose.toUpperCase()}] checkout: error rate 12%`);
      expect(text).toMatch(new RegExp(`^${purpose} by Ana &lt;!here&gt;\\.$`, 'im'));
      expect(JSON.stringify([text, blocks])).not.toContain(ackUrl);
    },
  );
});

describe('a notice in Slack', () => {
  test('says why it came', async () => {
    const { text } = await slackBody(slackChannel.render(content({ kind: 'notice', purpose: 'test', ackUrl: null, code: null })));
    expect(text).toContain('This is only a test.');
    expect(text).not.toContain('Acknowledge');
  });
});
