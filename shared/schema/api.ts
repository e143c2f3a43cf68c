import * as z from 'zod/mini';
import { parseSeverity } from '../domain/severity.ts';
import { storedStates, type State } from '../domain/states.ts';
import { finding } from './act-bodies.ts';
import { idPattern } from './id-pattern.ts';

/** The empty object: bodies that say nothing, and may say anything. */
export const anyObject = z.object({});

const wholeNumber = (from: number, to: number, otherwise: number) =>
  z._default(
    z.pipe(
      z.pipe(z.string().check(z.regex(/^[0-9]{1,9}$/, 'Must be a whole number.')), z.transform(Number)),
      z.int().check(z.minimum(from), z.maximum(to)),
    ),
    otherwise,
  );

const states: readonly (State | 'open')[] = [...storedStates, 'escalating', 'open'];
const id = z.string().check(z.regex(idPattern, 'Must be an id: letters, digits, dots, underscores and hyphens, at most 64.'));

const severity = z.pipe(
  z.string(),
  z.transform((value, context) => {
    const found = parseSeverity(value);
    if (found !== null) return found;
    context.issues.push(finding(value, 'unknown-severity', 'Must be critical, high, medium, low or info, or one of their aliases.'));
    return z.NEVER;
  }),
);

/** Query of `GET /v1/incidents`. */
export const incidentQuery = z.object({
  state: z._default(z.nullable(z.enum(states)), null),
  service: z._default(z.nullable(id), null),
  severity: z._default(z.nullable(severity), null),
  policy: z._default(z.nullable(id), null),
  limit: wholeNumber(1, 200, 50),
  cursor: z._default(z.nullable(z.string().check(z.minLength(1), z.maxLength(1024))), null),
});

/** Query of `GET /v1/incidents/{id}/timeline`: events with a `seq` above `after`. */
export const timelineQuery = z.object({ after: wholeNumber(0, 999_999_999, 0), limit: wholeNumber(1, 1000, 500) });

/** Query of `GET /v1/declined`. */
export const declinedQuery = z.object({ service: z._default(z.nullable(id), null), limit: wholeNumber(1, 200, 50) });

const instant = z.pipe(
  z.iso.datetime({ offset: true }),
  z.transform((value) => Date.parse(value)),
);

/** Query of `GET /v1/stats`. */
export const statsQuery = z.object({ from: z._default(z.nullable(instant), null), to: z._default(z.nullable(instant), null) });

/** Body of `POST /v1/explain`, besides the event: whose signal it would be. */
export const explainBody = z.object({ service: id });
