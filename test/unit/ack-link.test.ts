import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AckFields } from '../../shared/http/ack-link.ts';
import { ackLinkValidity, personHash, signAckToken, verifyAckToken } from '../../shared/http/ack-link.ts';
import { fromBase32, toBase32 } from '../../shared/domain/base32.ts';

const key = { id: 3, key: new Uint8Array(32).fill(7) };
const other = { id: 4, key: new Uint8Array(32).fill(8) };
const now = Date.UTC(2026, 7, 3, 12, 0, 0);
const fields: AckFields = {
  id: { key: 'abcdefghijklmnopqrstuvwxya', generation: 3 },
  notification: 17,
  personHash: personHash('ana'),
  expiresAt: now + ackLinkValidity * 1000,
};
const token = signAckToken(fields, key);
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

describe('an ack link', () => {
  test('gives back what was put into it', () => {
    expect(verifyAckToken(token, [key], now)).toEqual({ kind: 'valid', fields });
  });

  test('has the documented form', () => {
    expect(token).toMatch(/^[A-Za-z0-9_-]{63}$/);
    const bytes = Buffer.from(token, 'base64url');
    expect(bytes.length).toBe(47);
    const signed = bytes.subarray(0, 31);
    expect(signed.toString('hex')).toBe(
      [
        '13',
        Buffer.from(fromBase32(fields.id.key) ?? []).toString('hex'),
        '000003',
        '000011',
        (fields.expiresAt / 1000).toString(16),
        personHash('ana'),
      ].join(''),
    );
    expect(personHash('ana')).toBe(createHash('sha256').update('ana').digest('hex').slice(0, 8));
    const mac = createHmac('sha256', key.key).update('tocsin/ack/1\0').update(signed).digest('hex').slice(0, 32);
    expect(bytes.toString('hex', 31)).toBe(mac);
  });

  test('is valid for seven days and then expired', () => {
    expect(ackLinkValidity).toBe(604_800);
    expect(verifyAckToken(token, [key], fields.expiresAt - 1).kind).toBe('valid');
    expect(verifyAckToken(token, [key], fields.expiresAt)).toEqual({ kind: 'expired', fields });
  });

  test('is accepted with either of two keys, so that a key can be replaced', () => {
    expect(verifyAckToken(token, [other, key], now).kind).toBe('valid');
    expect(verifyAckToken(token, [{ ...other, id: key.id }, key], now).kind).toBe('valid');
  });

  test('is forged when its key is not ours, expired or not', () => {
    expect(verifyAckToken(token, [other], now)).toEqual({ kind: 'forged' });
    expect(verifyAckToken(token, [], now)).toEqual({ kind: 'forged' });
    expect(verifyAckToken(token, [{ id: key.id, key: other.key }], fields.expiresAt + 1)).toEqual({ kind: 'forged' });
  });

  test('is forged when any one character is another', () => {
    for (let index = 0; index < token.length; index++) {
      for (const character of alphabet) {
        if (token[index] === character) continue;
        expect(verifyAckToken(token.slice(0, index) + character + token.slice(index + 1), [key, other], now).kind).toBe('forged');
      }
    }
  });

  test.each([
    '',
    'a',
    token.slice(1),
    `${token}A`,
    `${token}=`,
    ` ${token}`,
    `${token}\n`,
    token.replaceAll(/./g, 'é'),
    token.repeat(1000),
  ])('is forged when it is not 63 characters of its alphabet: %#', (text) => {
    expect(verifyAckToken(text, [key], now)).toEqual({ kind: 'forged' });
  });

  test('holds for every incident there can be', () => {
    const incidents = fc.record({
      id: fc.record({
        key: fc.uint8Array({ minLength: 16, maxLength: 16 }).map(toBase32),
        generation: fc.integer({ min: 1, max: 9_999_999 }),
      }),
      notification: fc.integer({ min: 1, max: 0xffffff }),
      personHash: fc.string().map(personHash),
      expiresAt: fc.integer({ min: 0, max: 0xffffffff }).map((seconds) => seconds * 1000),
    });
    fc.assert(
      fc.property(incidents, fc.integer({ min: 0, max: 15 }), (incident, id) => {
        const signing = { ...key, id };
        expect(verifyAckToken(signAckToken(incident, signing), [signing], incident.expiresAt - 1)).toEqual({
          kind: 'valid',
          fields: incident,
        });
      }),
      { numRuns: 200 },
    );
  });

  test('is never made for a key that is no incident key', () => {
    expect(() => signAckToken({ ...fields, id: { key: 'short', generation: 1 } }, key)).toThrow('26 characters');
  });
});

describe('base32', () => {
  test('writes bytes as RFC 4648 does, in lower case', () => {
    expect(toBase32(Buffer.from('foobar'))).toBe('mzxw6ytboi');
    expect(fromBase32('mzxw6ytboi')).toEqual(Uint8Array.from(Buffer.from('foobar')));
  });

  test.each(['MZXW6', 'mzxw1', 'mz=', 'a', 'ab'])('refuses %j, which it would not have written', (text) => {
    expect(fromBase32(text)).toBeNull();
  });
});
