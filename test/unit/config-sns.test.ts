import { expect, test } from 'vitest';
import { documentFrom, errorsOf } from './config-documents.ts';

test('SNS topics are named by their ARN, or by the beginning of one', () => {
  const snsTopics = [
    'arn:aws:sns:us-east-1:123456789012:on-call',
    'arn:aws-cn:sns:cn-north-1:123456789012:on-call',
    'arn:aws:sns:us-east-1:123456789012:*',
  ];
  expect(documentFrom(JSON.stringify({ settings: { snsTopics } })).settings.snsTopics).toEqual(snsTopics);
});

test.each([
  'on-call',
  '*',
  'arn:aws:sqs:us-east-1:123456789012:on-call',
  'arn:aws:sns:us-*:123456789012:on-call',
  'arn:aws:sns:a b',
  7,
  null,
])('%j is no topic, and the refusal says where it stands', (topic) => {
  const errors = errorsOf(JSON.stringify({ settings: { snsTopics: [topic] } }));
  expect(errors).toMatchObject([{ pointer: '/settings/snsTopics/0', code: 'invalid-topic', line: 1 }]);
});
