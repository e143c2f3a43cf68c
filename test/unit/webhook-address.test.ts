import { describe, expect, test } from 'vitest';
import { isPublicAddress } from '../../shared/schema/public-address.ts';
import { webhookAddress } from '../../shared/schema/webhook-address.ts';
import { evasiveUrls, forbiddenAddresses, publicAddresses } from './evasive-urls.ts';
import { errorsOf, small } from './config-documents.ts';

const takes = (text: string, loopback = false): boolean => webhookAddress({ loopback }).safeParse(text).success;

describe('the URL of a webhook [R-097]', () => {
  test.each([
    'https://hooks.example.com',
    'https://hooks.example.com/services/T0/B0/x?room=ops&x=%20',
    'https://hooks.example.com:443/a',
    'https://hooks.example.com:8443/a',
    'https://HOOKS.example.com/a',
    'https://xn--bcher-kva.example.com/a',
    'https://8.8.8.8/a',
    'https://[2606:4700:4700::1111]:8443/a',
    'secret:OPS_ROOM',
  ])('may be %s', (url) => {
    expect(takes(url)).toBe(true);
    expect(takes(url, true)).toBe(true);
  });

  test('is never one of the tricks to reach what is inside', () => {
    expect(new Set(evasiveUrls).size).toBe(evasiveUrls.length);
    expect(evasiveUrls.length).toBeGreaterThanOrEqual(60);
    expect(evasiveUrls.filter((url) => takes(url))).toEqual([]);
  });

  test('may name this machine as itself, and in no other way, where that is allowed', () => {
    for (const url of ['http://127.0.0.1:9000/a', 'https://127.0.0.1/a', 'http://[::1]/', 'https://[::1]:9443/a']) {
      expect([takes(url), takes(url, true)], url).toEqual([false, true]);
    }
    const own = /^https?:\/\/(?:127\.0\.0\.1|\[::1\])(?::\d+)?\//;
    expect(evasiveUrls.filter((url) => !own.test(url) && takes(url, true))).toEqual([]);
  });

  test('is refused in a document where it stands, in words that say what would do', () => {
    const url = 'https://169.254.169.254/latest/meta-data/';
    const levels = { policies: `[{ id: main, levels: [{ targets: ["webhook:${url}"] }] }]` };
    expect(errorsOf(small(levels))).toMatchObject([{ pointer: '/policies/0/levels/0/targets/0', code: 'invalid-webhook', line: 3 }]);
    const more = `channels: [{ id: "#ops", channel: slack, address: "${url}" }]`;
    expect(errorsOf(small({ more }))).toMatchObject([{ pointer: '/channels/0/address', code: 'invalid-webhook', line: 6 }]);
  });
});

describe('an address', () => {
  test.each(forbiddenAddresses)('%s is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  test.each(publicAddresses)('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});
