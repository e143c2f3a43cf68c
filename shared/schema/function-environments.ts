import * as z from 'zod/mini';

// What each function finds in its environment. The stack checks with the same schemas what it gives, so a variable that is missing is found
// before anything is deployed. Values that only the deployment knows are placeholders by then: shapes are kept wide enough for them.

const text = z.string().check(z.minLength(1));
const count = z.pipe(z.string().check(z.regex(/^[1-9][0-9]{0,5}$/, 'must be a whole number')), z.transform(Number));
const baseUrl = z.string().check(z.regex(/^https?:\/\/.*[^/]$/, 'must be an address without a slash at the end'));

/** An object of texts, written as JSON. */
const textMap = z.pipe(
  z.pipe(
    z.string(),
    z.transform((json, context): unknown => {
      try {
        return JSON.parse(json);
      } catch {
        context.issues.push({ code: 'custom', message: 'must be JSON', input: json });
        return z.NEVER;
      }
    }),
  ),
  z.record(text, text),
);

const common = {
  TABLE_NAME: text,
  QUEUE_URL: text,
  RETENTION_DAYS: count,
  // Powertools reads these two by itself. Alarms ask for metrics of this namespace and service.
  POWERTOOLS_METRICS_NAMESPACE: text,
  POWERTOOLS_SERVICE_NAME: text,
};

const sms = {
  /** Absent: AWS chooses the number, and nobody can reply. */
  SMS_ORIGINATION_NUMBER: z.optional(text),
  /** US dollars, for one message. */
  SMS_MAX_PRICE: z.string().check(z.regex(/^[0-9]+\.[0-9]{2,5}$/, 'must be a price in US dollars, such as 0.10')),
};

/** Absent: what happens to incidents is not put on the bus. */
const publishing = { PUBLISH_EVENTS: z.optional(z.literal('true')) };

/** By function. Each is made when it is asked for: a function reads none but its own. */
export const functionEnvironments = {
  get trigger() {
    return z.object({
      ...common,
      ...publishing,
      /** The only topics whose messages are read as alarms, separated by commas. */
      ALARM_TOPIC_ARNS: z.pipe(
        text,
        z.transform((list) => list.split(',')),
      ),
      /** Where a message goes that is no alarm. */
      SIGNAL_DEAD_LETTERS_URL: text,
      /** For alarms that name no service in any other way; absent: those are declined. */
      DEFAULT_SERVICE: z.optional(text),
      /** Service by the beginning of an alarm's name. */
      ALARM_SERVICES: z.optional(textMap),
      /** Severity by the beginning of an alarm's name. */
      ALARM_SEVERITIES: z.optional(textMap),
    });
  },
  get ack() {
    return z.object({ ...common, SIGNING_KEYS_ARN: text, ADMIN_TOKEN_ARN: text, BASE_URL: baseUrl });
  },
  get resolve() {
    return z.object({ ...common, ADMIN_TOKEN_ARN: text });
  },
  get api() {
    return z.object({ ...common, SIGNING_KEYS_ARN: text, ADMIN_TOKEN_ARN: text, BASE_URL: baseUrl, NAMED_SECRETS_PREFIX: text });
  },
  get reply() {
    return z.object({ ...common, ...sms, REPLY_TOPIC_ARN: text });
  },
  get escalate() {
    return z.object({
      ...common,
      ...publishing,
      ...sms,
      SIGNING_KEYS_ARN: text,
      BASE_URL: baseUrl,
      NAMED_SECRETS_PREFIX: text,
      EMAIL_FROM: text,
      EMAIL_CONFIGURATION_SET: text,
      EVENT_BUS_NAME: text,
      SCHEDULE_GROUP: text,
      SCHEDULE_ROLE_ARN: text,
      SCHEDULE_DEAD_LETTER_ARN: text,
      SELF_ARN: text,
    });
  },
  get sweep() {
    return z.object(common);
  },
} as const;

export type FunctionName = keyof typeof functionEnvironments;
