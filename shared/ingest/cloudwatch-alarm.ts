import { parseSeverity } from '../domain/severity.ts';
import { alarmWords } from './alarm-words.ts';
import { alarmNameOf, consoleOf, parseArn } from './arn.ts';
import { cleanLine } from './clean-text.ts';
import { fitKey, fitTitle, fitTrigger } from './fit-signal.ts';
import type { EventDefaults, RecordedEvent, SentEvent } from './format.ts';
import { fieldAt, fieldsOf, instantAt, listAt, textAt } from './json-fields.ts';

type Labels = readonly (readonly [name: string, value: unknown])[];

/** What an alarm watches. */
interface Metric {
  readonly name: string | null;
  readonly namespace: string | null;
  readonly dimensions: Labels;
}

/** A change of an alarm's state, the same whichever way CloudWatch told it. */
export interface AlarmChange {
  readonly arn: string | null;
  readonly name: string | null;
  readonly description: string | null;
  readonly account: string | null;
  /** A name for people where no ARN tells the code. */
  readonly region: string | null;
  readonly state: string;
  readonly reason: string | null;
  readonly at: number | null;
  readonly metric: Metric;
  /** The one time series of several whose state changed; null: the alarm's own change. */
  readonly contributor: { readonly id: string; readonly attributes: Labels } | null;
  /** The tag `tocsin:severity`, where the alarm sends its tags. */
  readonly severity: string | null;
  /** Likewise the tag `tocsin:service`. */
  readonly service: string | null;
  readonly whole: object;
}

/** The message of an alarm's SNS action; null when the value is none. */
export function readSnsAlarm(value: unknown): AlarmChange | null {
  const state = textAt(value, 'NewStateValue');
  const arn = textAt(value, 'AlarmArn');
  const name = textAt(value, 'AlarmName') ?? (arn === null ? null : alarmNameOf(arn));
  const whole = fieldsOf(value);
  if (whole === null || state === null || name === null) return null;
  const contributor = textAt(value, 'AlarmContributorId');
  return {
    arn,
    name,
    description: textAt(value, 'AlarmDescription'),
    account: textAt(value, 'AWSAccountId'),
    region: textAt(value, 'Region'),
    state,
    reason: textAt(value, 'NewStateReason'),
    at: instantAt(value, 'StateChangeTime'),
    metric: snsMetric(fieldAt(value, 'Trigger')),
    contributor: contributor === null ? null : { id: contributor, attributes: membersAt(value, 'AlarmContributorAttributes') },
    severity: tagOf(value, 'tocsin:severity'),
    service: tagOf(value, 'tocsin:service'),
    whole,
  };
}

/** Where an alarm's event comes from: its own envelope differs between EventBridge and the Lambda action, the rest does not. */
interface AlarmOrigin {
  readonly arn: string | null;
  readonly account: string | null;
  readonly region: string | null;
}

/** `detail` of an EventBridge event and `alarmData` of a Lambda action; null when the value is neither. */
export function readEventAlarm(value: unknown, origin: AlarmOrigin): AlarmChange | null {
  const state = textAt(value, 'state', 'value');
  const name = textAt(value, 'alarmName') ?? (origin.arn === null ? null : alarmNameOf(origin.arn));
  const whole = fieldsOf(value);
  if (whole === null || state === null || name === null) return null;
  const contributor = textAt(value, 'alarmContributor', 'id');
  return {
    ...origin,
    name,
    description: textAt(value, 'configuration', 'description'),
    state,
    reason: textAt(value, 'state', 'reason'),
    at: instantAt(value, 'state', 'timestamp'),
    metric: eventMetric(listAt(value, 'configuration', 'metrics').slice(0, mostListed)),
    contributor: contributor === null ? null : { id: contributor, attributes: membersAt(value, 'alarmContributor', 'attributes') },
    severity: tagOf(value, 'tocsin:severity'),
    service: tagOf(value, 'tocsin:service'),
    whole,
  };
}

/**
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-tags-in-notifications.html: an alarm sends its tags when it is told to, by name or
 * as a list. `tags` is for those who put them there themselves.
 */
const tagFields = ['AlarmTags', 'alarmTags', 'tags'];

function tagOf(value: unknown, name: string): string | null {
  for (const field of tagFields) {
    const pair = listAt(value, field).find((tag) => (textAt(tag, 'Key') ?? textAt(tag, 'key')) === name);
    const tag = textAt(value, field, name) ?? textAt(pair, 'Value') ?? textAt(pair, 'value');
    if (tag !== null) return tag;
  }
  return null;
}

const membersAt = (value: unknown, ...path: readonly string[]): Labels => Object.entries(fieldsOf(fieldAt(value, ...path)) ?? {});

/** More than CloudWatch ever lists. */
const mostListed = 100;

/** Lists of `{ name, value }`, in either spelling. */
const namedValues = (list: readonly unknown[]): Labels =>
  list
    .slice(0, mostListed)
    .map((pair) => [textAt(pair, 'name') ?? textAt(pair, 'Name') ?? '', fieldAt(pair, 'value') ?? fieldAt(pair, 'Value')]);

function snsMetric(trigger: unknown): Metric {
  const queries = listAt(trigger, 'Metrics').slice(0, mostListed);
  const shown = queries.find((query) => fieldAt(query, 'ReturnData') === true);
  const measured = queries.find((query) => fieldsOf(fieldAt(query, 'MetricStat', 'Metric')) !== null);
  const metric = fieldAt(measured, 'MetricStat', 'Metric') ?? trigger;
  return {
    name: textAt(shown, 'Label') ?? textAt(shown, 'MetricStat', 'Metric', 'MetricName') ?? textAt(metric, 'MetricName'),
    namespace: textAt(metric, 'Namespace'),
    dimensions: namedValues(listAt(metric, 'Dimensions')),
  };
}

function eventMetric(queries: readonly unknown[]): Metric {
  const shown = queries.find((query) => fieldAt(query, 'returnData') === true);
  const measured = queries.find((query) => fieldsOf(fieldAt(query, 'metricStat', 'metric')) !== null);
  return {
    name: textAt(shown, 'label') ?? textAt(shown, 'metricStat', 'metric', 'name') ?? textAt(measured, 'metricStat', 'metric', 'name'),
    namespace: textAt(measured, 'metricStat', 'metric', 'namespace'),
    dimensions: membersAt(measured, 'metricStat', 'metric', 'dimensions'),
  };
}

/**
 * What an alarm's change means here: ALARM triggers, OK resolves, INSUFFICIENT_DATA is recorded. Null for any other state. The dedup key is
 * the alarm's ARN, the same in all ways of telling; the time series of one alarm have a key each, because they recover one by one.
 */
export function alarmEvent(change: AlarmChange, known: EventDefaults): SentEvent | RecordedEvent | null {
  const defaults = { ...known, ...known.ofAlarm?.(change.name ?? '', change.service ?? askedService(change)) };
  const { service } = defaults;
  const dedupKey = fitKey(keyOf(change));
  const title = fitTitle(titleOf(change));
  switch (change.state) {
    case 'ALARM':
      return trigger(change, dedupKey, title, defaults);
    case 'OK':
      return { action: 'resolve', service, dedupKey, title, occurredAt: change.at };
    case 'INSUFFICIENT_DATA':
      return { action: 'record', service, dedupKey, title, reason: 'insufficient-data' };
    default:
      return null;
  }
}

function keyOf({ arn, account, region, name, contributor }: AlarmChange): string {
  const alarm = arn ?? `cloudwatch:${account ?? ''}:${region ?? ''}:alarm:${name ?? ''}`;
  return contributor === null ? alarm : `${alarm}#${contributor.id}`;
}

function titleOf({ name, contributor, reason, metric }: AlarmChange): string {
  const attributes = (contributor?.attributes ?? []).map(([, value]) => value).filter((value) => typeof value === 'string');
  const subject = [name?.slice(0, longestName), ...(attributes.length === 0 ? [] : [`(${attributes.slice(0, 4).join(', ')})`])].join(' ');
  const words = alarmWords(reason ?? '', metric.name);
  return words === null ? subject : `${subject}: ${words}`;
}

/** More than CloudWatch allows. */
const longestDescription = 4096;
/** A severity asked for in the alarm's description: `tocsin:severity=critical`. */
const asked = /\btocsin:severity ?[=:] ?([a-z0-9]{1,20})/i;

/** A service asked for in the alarm's description: `tocsin:service=checkout`. */
const askedForService = /\btocsin:service ?[=:] ?([A-Za-z0-9][A-Za-z0-9._-]{0,63})/;

const askedService = ({ description }: AlarmChange): string | null =>
  askedForService.exec(description?.slice(0, longestDescription) ?? '')?.[1] ?? null;

function trigger(change: AlarmChange, dedupKey: string, title: string, defaults: EventDefaults): SentEvent {
  const { description, reason } = change;
  const severityText = change.severity ?? asked.exec(description?.slice(0, longestDescription) ?? '')?.[1] ?? null;
  const texts = [description, reason].filter((text) => text !== null);
  return fitTrigger(
    {
      dedupKey,
      title,
      severity: parseSeverity(severityText ?? ''),
      severityText,
      source: 'aws.cloudwatch',
      type: 'CloudWatch Alarm State Change',
      description: texts.length === 0 ? null : texts.join('\n\n'),
      labels: labelsOf(change),
      links: consoleLink(change.arn),
      details: change.whole,
      occurredAt: change.at,
    },
    defaults,
  );
}

function labelsOf({ arn, name, region, account, metric, contributor }: AlarmChange): Labels {
  const place = parseArn(arn ?? '');
  return [
    ...metric.dimensions,
    ...(contributor?.attributes ?? []),
    ['alarm', name],
    ['region', place?.region ?? region],
    ['account', account ?? place?.account],
    ['namespace', metric.namespace],
    ['metric', metric.name],
  ];
}

/** CloudWatch allows 255 characters. */
const longestName = 1024;

function consoleLink(arn: string | null): readonly { readonly href: string; readonly text: string }[] {
  const place = parseArn(arn ?? '');
  const name = alarmNameOf(arn ?? '');
  const console = place === null ? null : consoleOf(place);
  if (place === null || name === null || console === null || name.length > longestName) return [];
  const alarm = encodeURIComponent(cleanLine(name));
  return [{ href: `${console}/cloudwatch/deeplink.js?region=${place.region}#alarmsV2:alarm/${alarm}`, text: 'Alarm in CloudWatch' }];
}
