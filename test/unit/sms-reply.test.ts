import { describe, expect, test } from 'vitest';
import { parseReply } from '../../shared/domain/sms-reply.ts';

describe('an answer by SMS', () => {
  test.each([
    '4821',
    ' 4821 ',
    '4821.',
    '"4821"',
    '“4821”',
    "'4821'",
    '«4821»',
    '„4821“',
    '`4821`',
    '´4821´',
    '４８２１',
    '4821\n',
    '\u200B4821',
    '4821 a',
    '4821 ack',
    '4821 ACK',
    'ack 4821',
    'Ack 4821!',
    '"ack 4821".',
    '4821  Ack',
    '4821a',
    '\u00A04821\u00A0a',
    'ＡＣＫ ４８２１',
  ])('%j acknowledges', (text) => {
    expect(parseReply(text)).toEqual({ kind: 'code', code: '4821', action: 'acknowledge' });
  });

  test.each(['4821 r', '4821 R', '4821 resolve', '4821 Resolve.', '"4821 R"', '4821R'])('%j resolves', (text) => {
    expect(parseReply(text)).toEqual({ kind: 'code', code: '4821', action: 'resolve' });
  });

  test.each(['4821 e', '4821 E', '4821 esc', '4821 ESC'])('%j escalates', (text) => {
    expect(parseReply(text)).toEqual({ kind: 'code', code: '4821', action: 'escalate' });
  });

  test.each(['48210', '482101'])('may carry a code of more digits: %s', (code) => {
    expect(parseReply(`${code} r`)).toEqual({ kind: 'code', code, action: 'resolve' });
  });

  test.each(['ack', 'ACK', ' Ack. ', '"ack"'])('%j is an acknowledgement without a code', (text) => {
    expect(parseReply(text)).toEqual({ kind: 'bareAck' });
  });

  test.each([
    '',
    ' ',
    '...',
    '482',
    '4821012',
    '4821 4822',
    '4821 ack please',
    'please ack 4821',
    'do not ack 4821',
    '4821 r e',
    '4821?',
    '4821 acknowledge',
    'resolve 4821',
    'r',
    'a',
    'e',
    'ack 482',
    'acknowledge',
    'yes',
    '٤٨٢١',
    `4821${' '.repeat(100)}`,
    `${'"'.repeat(10_000)}4821`,
  ])('%j is no command', (text) => {
    expect(parseReply(text)).toEqual({ kind: 'none' });
  });

  const optOut = [
    'STOP',
    'STOPALL',
    'UNSUBSCRIBE',
    'CANCEL',
    'END',
    'QUIT',
    'REVOKE',
    'OPTOUT',
    'OPT OUT',
    'TD',
    'REMOVE',
    'ARRET',
    'ARRÊT',
    'HELP',
    'INFO',
    'AIDE',
    'START',
    'UNSTOP',
  ];
  test.each(optOut.flatMap((word) => [word, word.toLowerCase(), `${word}.`, `4821 ${word}`, `${word} 4821`]))(
    '%j, which carriers take for themselves, is no command',
    (text) => {
      expect(parseReply(text)).toEqual({ kind: 'none' });
    },
  );
});
