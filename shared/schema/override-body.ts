import * as z from 'zod/mini';
import { after, type Seconds } from '../domain/time.ts';
import { boundedInstant } from './bounded-instant.ts';

const longest: Seconds = 366 * 86_400;

const bodyFields = z.object({
  from: boundedInstant,
  until: boundedInstant,
  person: z.string(),
  change: z._default(z.enum(['replace', 'add', 'remove']), 'replace'),
  instead: z._default(z.nullable(z.string()), null),
  by: z._default(z.nullable(z.string().check(z.trim(), z.minLength(1), z.maxLength(255))), null),
});

/**
 * Body of `POST /v1/schedules/{id}/overrides`; unknown members are ignored. `isPerson`: whether somebody has this id. Refused: an end not after the start,
 * more than 366 days, somebody nobody knows, `instead` where nobody is replaced or the person themselves is.
 */
export const overrideBody = (isPerson: (id: string) => boolean) =>
  bodyFields.check(
    z.superRefine(({ from, until, person, change, instead }, context) => {
      const refuse = (path: keyof z.input<typeof bodyFields>, code: string, message: string): void => {
        context.addIssue({ code: 'custom', path: [path], message, params: { code } });
      };
      if (until <= from) refuse('until', 'ends-before-start', 'An override ends after it starts.');
      else if (until > after(from, longest)) refuse('until', 'too-long', 'An override lasts at most 366 days.');
      if (!isPerson(person)) refuse('person', 'unknown-person', 'There is no person with this id.');
      if (instead === null) return;
      if (change !== 'replace') refuse('instead', 'nobody-replaced', 'Only an override that replaces is in the place of somebody.');
      else if (instead === person) refuse('instead', 'same-person', 'Nobody takes their own place.');
      else if (!isPerson(instead)) refuse('instead', 'unknown-person', 'There is no person with this id.');
    }),
  );
