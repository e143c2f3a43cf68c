import type { Severity } from '../domain/severity.ts';
import { parseArn } from './arn.ts';
import { fieldAt, instantAt, listAt, textAt } from './json-fields.ts';

/** What one event of EventBridge means. */
export type EventReading =
  | { readonly action: 'record'; readonly reason: string; readonly key: string; readonly title: string; readonly at?: number | null }
  | {
      readonly action: 'trigger' | 'resolve';
      readonly key: string;
      readonly title: string;
      readonly at?: number | null;
      readonly severity?: Severity | null;
      readonly severityText?: string | null;
      readonly description?: string | null;
      readonly labels?: readonly (readonly [name: string, value: unknown])[];
    };

type Reader = (value: unknown, detail: unknown) => EventReading;

/** Reads the events of AWS services that have a meaning of their own; null for all others. */
export function readKnownEvent(value: unknown): EventReading | null {
  const reader = readers.get(textAt(value, 'detail-type') ?? '');
  return reader === undefined ? null : reader(value, fieldAt(value, 'detail'));
}

/** More than anybody reads. */
const mostListed = 100;

const account = (value: unknown): string => textAt(value, 'account') ?? '';

/** One health event is told again and again, once for each change and each account; its ARN stays. It ends when its status is closed. */
const health: Reader = (value, detail) => {
  const code = textAt(detail, 'eventTypeCode') ?? textAt(value, 'detail-type') ?? '';
  const entities = listAt(detail, 'affectedEntities')
    .slice(0, mostListed)
    .flatMap((entity) => textAt(entity, 'entityValue') ?? []);
  const about = entities.length === 0 ? '' : ` (${entities.slice(0, 3).join(', ')}${entities.length > 3 ? ', …' : ''})`;
  return {
    action: textAt(detail, 'statusCode') === 'closed' ? 'resolve' : 'trigger',
    key: textAt(detail, 'eventArn') ?? `aws.health|${code}|${account(value)}`,
    title: `AWS Health: ${inWords(code)}${about}`,
    description: textAt(detail, 'eventDescription', 0, 'latestDescription'),
    labels: [
      ['service', textAt(detail, 'service')],
      ['category', textAt(detail, 'eventTypeCategory')],
    ],
  };
};

const longestCode = 200;

/** `AWS_EC2_OPERATIONAL_ISSUE` as `EC2 operational issue`. */
function inWords(code: string): string {
  const [service = '', ...rest] = code.slice(0, longestCode).replace(/^AWS_/, '').split('_');
  return [service, ...rest.map((word) => word.toLowerCase())].join(' ');
}

/** GuardDuty tells a finding again when it is seen again; its ARN stays. Nothing that it sends says that a finding is over. */
const guardDuty: Reader = (value, detail) => {
  const rank = fieldAt(detail, 'severity');
  const type = textAt(detail, 'type');
  return {
    action: 'trigger',
    key: textAt(detail, 'arn') ?? `aws.guardduty|${textAt(detail, 'id') ?? type ?? ''}|${account(value)}`,
    title: `GuardDuty: ${textAt(detail, 'title') ?? type ?? 'finding'}`,
    at: instantAt(detail, 'updatedAt'),
    severity: typeof rank === 'number' ? guardDutySeverity(rank) : null,
    severityText: typeof rank === 'number' ? String(rank) : null,
    description: textAt(detail, 'description'),
    labels: [['finding', type]],
  };
};

/** The bands of GuardDuty's documentation: low from 1, medium from 4, high from 7, critical from 9. */
function guardDutySeverity(rank: number): Severity {
  if (rank >= 9) return 'critical';
  if (rank >= 7) return 'high';
  return rank >= 4 ? 'medium' : 'low';
}

/** Every task has an ARN of its own, so a service whose tasks stop one after another is known by its cluster and group. A stop cannot be undone. */
const ecsTask: Reader = (value, detail) => {
  const group = textAt(detail, 'group') ?? textAt(detail, 'taskArn') ?? textAt(value, 'resources', 0) ?? '';
  const key = `${textAt(detail, 'clusterArn') ?? account(value)}|${group}`;
  const name = group.replace(/^service:/, 'service ').replace(/^family:/, 'family ');
  const status = textAt(detail, 'lastStatus') ?? '';
  if (status !== 'STOPPED')
    return { action: 'record', reason: 'not-a-failure', key, title: `ECS task of ${name} is ${status || 'changing'}` };
  const containers = listAt(detail, 'containers').slice(0, mostListed);
  const codes = containers.flatMap((container) => {
    const code = fieldAt(container, 'exitCode');
    return typeof code === 'number' ? [code] : [];
  });
  const exit = codes.find((code) => code !== 0) ?? codes[0];
  const stopped = textAt(detail, 'stoppedReason');
  const reason = containers.flatMap((container) => textAt(container, 'reason') ?? [])[0] ?? stopped;
  return {
    action: 'trigger',
    key,
    title: `ECS task of ${name} stopped${reason === null ? '' : `: ${reason}`}${exit === undefined ? '' : ` (exit code ${exit})`}`,
    at: instantAt(detail, 'stoppedAt'),
    description: stopped,
    labels: [
      ['cluster', textAt(detail, 'clusterArn')],
      ['task', textAt(detail, 'taskArn')],
      ['stopCode', textAt(detail, 'stopCode')],
    ],
  };
};

/** All executions of a pipeline share its name; the success of a whole later execution ends the trouble, that of one stage or action does not. */
const pipeline =
  (what: 'pipeline' | 'stage' | 'action'): Reader =>
  (value, detail) => {
    const name = textAt(detail, 'pipeline') ?? '';
    const state = textAt(detail, 'state') ?? '';
    const part = what === 'pipeline' ? null : textAt(detail, what);
    const key = `codepipeline|${textAt(value, 'region') ?? ''}|${account(value)}|${name}`;
    const title = `Pipeline ${name}${part === null ? '' : `, ${what} ${part}`}: ${state.toLowerCase()}`;
    const labels = [['pipeline', name] as const, ['execution', textAt(detail, 'execution-id')] as const];
    if (state === 'FAILED')
      return { action: 'trigger', key, title, labels, description: textAt(detail, 'execution-result', 'external-execution-summary') };
    return state === 'SUCCEEDED' && what === 'pipeline'
      ? { action: 'resolve', key, title }
      : { action: 'record', reason: 'not-a-failure', key, title };
  };

const failedJob: readonly string[] = ['FAILED', 'ABORTED', 'EXPIRED', 'PARTIAL'];

/** Jobs come and go; what is backed up, copied or restored stays, and the next job of the kind that completes ends the trouble. */
const backupJob =
  (what: string): Reader =>
  (value, detail) => {
    const state = textAt(detail, 'state') ?? textAt(detail, 'status') ?? '';
    const about = textAt(detail, 'resourceArn') ?? textAt(value, 'resources', 0) ?? textAt(detail, `${what}JobId`) ?? '';
    const key = `backup|${what}|${about}`;
    const message = textAt(detail, 'statusMessage');
    const subject = parseArn(about)?.resource ?? (about === '' ? 'a resource' : about);
    const title = `AWS Backup: ${what} of ${subject} ${state.toLowerCase()}${message === null ? '' : `: ${message}`}`;
    if (failedJob.includes(state)) {
      const labels = [['vault', textAt(detail, 'backupVaultName')] as const, ['resourceType', textAt(detail, 'resourceType')] as const];
      return { action: 'trigger', key, title, labels };
    }
    return state === 'COMPLETED' ? { action: 'resolve', key, title } : { action: 'record', reason: 'not-a-failure', key, title };
  };

/** Somebody changed the alarm itself; nothing is wrong. */
const alarmConfiguration: Reader = (value, detail) => ({
  action: 'record',
  reason: 'configuration-change',
  key: textAt(value, 'resources', 0) ?? textAt(detail, 'alarmName') ?? '',
  title: `Alarm ${textAt(detail, 'alarmName') ?? ''}: ${textAt(detail, 'operation') ?? 'change'} of its configuration`,
});

const readers: ReadonlyMap<string, Reader> = new Map([
  ['AWS Health Event', health],
  ['AWS Health Abuse Event', health],
  ['GuardDuty Finding', guardDuty],
  ['ECS Task State Change', ecsTask],
  ['CodePipeline Pipeline Execution State Change', pipeline('pipeline')],
  ['CodePipeline Stage Execution State Change', pipeline('stage')],
  ['CodePipeline Action Execution State Change', pipeline('action')],
  ['Backup Job State Change', backupJob('backup')],
  ['Copy Job State Change', backupJob('copy')],
  ['Restore Job State Change', backupJob('restore')],
  ['CloudWatch Alarm Configuration Change', alarmConfiguration],
]);
