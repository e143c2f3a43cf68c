import * as z from 'zod/mini';
import { leaf, refused, taken } from './config-fields.ts';

const mostTopics = 100;
const shape = /^arn:aws[a-z-]*:sns:[A-Za-z0-9:_.-]{0,400}\*?$/;

const topic = leaf((value) =>
  typeof value === 'string' && shape.test(value)
    ? taken(value)
    : refused(
        'invalid-topic',
        'This must be the ARN of an SNS topic (arn:aws:sns:region:account:name), or its beginning and a * at the end.',
      ),
);

/** The topics that may subscribe us: ARNs, or beginnings of ARNs with `*` at the end. */
export const snsTopicsSchema = z.array(topic).check(z.maxLength(mostTopics));
