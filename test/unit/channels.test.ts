import { describe, expect, test } from 'vitest';
import { channelNeeds } from '../../shared/channels/needs.ts';
import { channels } from '../../shared/channels/registry.ts';
import { about, content, outcome, recordingTransports } from './channels-content.ts';

const addresses: Readonly<Record<string, { readonly good: readonly string[]; readonly bad: readonly string[] }>> = {
  sms: {
    good: ['+15555550100', '+4915112345678'],
    bad: ['', '5555550100', '+0123456789', '+1 555 555 0100', '+15555550100\n', '+1555555010012345', 'ana@example.com'],
  },
  email: {
    good: ['ana@example.com', 'a.b+c@sub.example.org'],
    bad: ['', 'ana', 'ana@example.com\r\nBcc: x@example.com', 'Ana <ana@example.com>', 'a@b.example,c@d.example', '+15555550100'],
  },
  slack: {
    good: ['https://hooks.slack.com/services/T0/B0/x', 'secret:OPS'],
    bad: ['', '#ops', 'http://hooks.slack.com/services/T0/B0/x', 'https://127.0.0.1/', 'secret:', 'secret:a/b'],
  },
  custom: {
    good: ['siren', 'Status.page_2-x', '9', 'x'.repeat(64)],
    bad: ['', '-siren', 'two words', 'a/b', 'siren\n', 'ümlaut', 'x'.repeat(65), 'custom:siren'],
  },
  webhook: {
    good: ['https://hooks.example.com/a?b=c', 'https://hooks.example.com:8443/', 'secret:HOOK'],
    bad: ['', 'hooks.example.com', 'http://hooks.example.com/', 'https://localhost/', 'https://user@hooks.example.com/', 'ana@example.com'],
  },
};

describe('the channels', () => {
  test('are all known here', () => {
    expect([...channels.keys()].sort()).toEqual(Object.keys(addresses).sort());
  });

  describe.each([...channels])('%s', (name, channel) => {
    test('goes by its own name and says what it needs', () => {
      expect(channel.name).toBe(name);
      expect(channelNeeds[name]).toBeDefined();
    });

    test('takes its own addresses and no other', () => {
      for (const good of addresses[name]?.good ?? []) expect(channel.address.safeParse(good).success, good).toBe(true);
      for (const bad of addresses[name]?.bad ?? []) expect(channel.address.safeParse(bad).success, bad).toBe(false);
    });

    test('hands over exactly what it rendered', async () => {
      const transports = recordingTransports();
      const rendered = channel.render(content());
      expect(await rendered.send('somewhere', transports, about)).toEqual({ ok: true, providerId: 'p-1' });
      const { subject, text, html } = rendered;
      expect(transports.sent).toMatchObject([{ to: 'somewhere', text, about, ...(html === null ? {} : { subject, html }) }]);
    });

    test('renders the same content the same way', () => {
      expect(channel.render(content()).text).toBe(channel.render(content()).text);
    });

    test('uses no word of the alarm in its plain message, for a page and for an outcome', () => {
      for (const make of [content, outcome]) {
        const secret = 'CANARY';
        const plain = channel.plain(
          make({
            title: secret,
            service: secret,
            description: secret,
            by: secret,
            source: secret,
            labels: { [secret]: secret },
            levelLabel: secret,
            personName: secret,
          }),
        );
        expect(`${plain.subject ?? ''}${plain.text}${plain.html ?? ''}`).not.toContain(secret);
        expect(plain.text).toContain('abcdefghijklmnopqrstuvwxya-3');
      }
    });
  });
});
