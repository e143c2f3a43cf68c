// All of zod, unlike elsewhere under shared/: no function loads this, and its errors are read by people.
import * as z from 'zod';
import { idPattern } from './id-pattern.ts';

/** Requests a second in the long run, and at once. */
const upTo = (rate: number, burst: number) =>
  z.strictObject({ rate: z.number().positive(), burst: z.int().positive() }).default({ rate, burst });

/** Every route of the API. */
const throttles = z.strictObject({
  'POST /v1/events': upTo(500, 1000),
  'POST /v2/enqueue': upTo(500, 1000),
  'POST /v2/change/enqueue': upTo(50, 100),
  'POST /v1/ingest/{format}': upTo(200, 400),
  'GET /a/{token}': upTo(50, 100),
  'HEAD /a/{token}': upTo(50, 100),
  'POST /a/{token}': upTo(50, 100),
  'POST /v1/incidents/{id}/acknowledge': upTo(50, 100),
  'POST /v1/incidents/{id}/resolve': upTo(50, 100),
  'POST /v1/incidents/{id}/cancel': upTo(50, 100),
  $default: upTo(50, 100),
});

const id = z.string().regex(idPattern, 'must be an id such as "checkout"');
const phoneNumber = z.string().regex(/^\+[1-9][0-9]{6,14}$/, 'must be a number such as "+15555550100"');
const days = z.int().min(1).max(3650);
// Of what CloudWatch Logs accepts.
const logDays = z.literal([1, 3, 7, 14, 30, 60, 90, 180, 365, 731]);

const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

const alarms = z
  .strictObject({
    /** Every CloudWatch alarm of the account and region comes in, without being told to. */
    all: z.boolean().default(false),
    /** The service of alarms that name none in any other way. */
    defaultService: id.optional(),
    /** Service by the beginning of an alarm's name. */
    services: z.record(z.string().min(1), id).default({}),
    /** Severity by the beginning of an alarm's name. */
    severities: z.record(z.string().min(1), z.literal(['critical', 'high', 'medium', 'low', 'info'])).default({}),
  })
  // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: all variables of a function together have 4 KB, names included.
  .refine(({ services, severities }) => bytes(services) + bytes(severities) <= 3000, {
    path: ['services'],
    message:
      'must have, as JSON and together with alarms.severities, 3,000 bytes at most, or Lambda refuses the function: use shorter beginnings, or name the service in the description of the alarm, as tocsin:service=checkout',
  });

/** What an identity takes of the permissions of a function beside its name: its ARN, and what stands around it. */
const aroundIdentity = 60;

const email = z
  .strictObject({
    /** What messages come from. */
    from: z.email(),
    /** The verified identity that covers it: the address itself, or its domain. */
    identity: z.string().min(1),
    /** Only while SES is in its sandbox: the verified addresses that messages go to. */
    sandboxRecipients: z
      .array(z.email())
      // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: all policies in a role have 10,240 characters together.
      .refine((addresses) => addresses.reduce((sum, { length }) => sum + aroundIdentity + length, 0) <= 6500, {
        message: 'has room for some seventy addresses, or IAM refuses the permissions: leave the sandbox of SES to write to more',
      })
      .default([]),
  })
  .refine(({ from, identity }) => from === identity || from.endsWith(`@${identity}`) || from.endsWith(`.${identity}`), {
    path: ['identity'],
    message: 'must cover the sender: the very address of email.from, or its domain',
  });

const sms = z.strictObject({
  /** Without one AWS chooses the number, and nobody can reply. */
  originationNumber: phoneNumber.optional(),
  /** The most that one message may cost, in US dollars, all its parts together. AWS takes a dearer one, and drops it without a word. */
  maxPrice: z
    .string()
    .regex(/^[0-9]+\.[0-9]{2,5}$/, 'must be a price in US dollars, such as "0.10"')
    .default('0.50'),
  /** SMS costs of one month, in US dollars, above which the alarm e-mail is told. Best well below the limit of the account. */
  monthlySpendAlarm: z.number().positive(),
});

const reserved = z.int().min(1).max(1000).optional();

const concurrency = z
  .strictObject({
    /** Workers on the queue at most. */
    workers: z.int().min(2).max(1000).default(10),
    /** Concurrency set aside by function; small accounts refuse it. */
    reserved: z
      .strictObject({
        trigger: reserved,
        ack: reserved,
        resolve: reserved,
        api: reserved,
        reply: reserved,
        escalate: reserved,
        sweep: reserved,
      })
      .default({}),
  })
  // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html: each refused try of a message counts, until it is among the dead letters.
  .refine(({ workers, reserved: { escalate } }) => escalate === undefined || escalate >= workers, {
    path: ['reserved', 'escalate'],
    message: 'must be at least concurrency.workers, or the queue gives up on messages that no worker was free for',
  });

/** One environment: everything that may differ between two of them. */
export const deployment = z
  .strictObject({
    account: z.string().regex(/^[0-9]{12}$/, 'must be the 12 digits of an AWS account, in quotes'),
    region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-[0-9]$/, 'must be a region such as "eu-central-1"'),
    /** Data survives the removal of the stack, and neither table nor stack is removed by mistake. */
    keepData: z.boolean(),
    /** Where our own alarms go. They do not pass through Tocsin. */
    alarmEmail: z.email(),
    email,
    sms,
    alarms: alarms.prefault({}),
    /** What happens to incidents is put on the bus of the deployment; each time something happens that is one write and one call more. */
    publishEvents: z.boolean().default(false),
    /** A name of one's own for the API, with a certificate of the same region. */
    domain: z.strictObject({ name: z.hostname(), certificateArn: z.string().startsWith('arn:') }).optional(),
    /** By route; what is left out keeps its default. */
    throttles: throttles.prefault({}),
    /** How long incidents stay after they ended. */
    incidentDays: days.default(400),
    logDays: logDays.default(30),
    concurrency: concurrency.prefault({}),
  })
  .refine(({ account, region, domain }) => domain === undefined || domain.certificateArn.includes(`:acm:${region}:${account}:`), {
    path: ['domain', 'certificateArn'],
    message: 'must be the ARN of a certificate of ACM of the same region and account',
  });

/** An environment as `config/environments.ts` writes it. */
export type DeploymentEntry = z.input<typeof deployment>;
export type Deployment = z.output<typeof deployment>;
