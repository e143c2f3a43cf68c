import { parseSeverity } from '../domain/severity.ts';
import { alarmEvent, readEventAlarm } from './cloudwatch-alarm.ts';
import { fitKey, fitTitle, fitTrigger } from './fit-signal.ts';
import type { EventDefaults, Format, FormatEvent, ParsedBody, RecordedEvent, SentEvent } from './format.ts';
import { fieldAt, fieldsOf, instantAt, listAt, textAt } from './json-fields.ts';
import { readKnownEvent, type EventReading } from './eventbridge-events.ts';

/** Events as EventBridge hands them to an API destination or a pipe: one, or a list of them. */
export const eventbridgeFormat: Format = { name: 'eventbridge', parse: (value, defaults) => parseEventBridge(value, defaults) };

const mostEvents = 2000;

/** As the format; for events that come in the envelope of another. */
export function parseEventBridge(value: unknown, defaults: EventDefaults): ParsedBody {
  if (Array.isArray(value)) return parseList(value, defaults);
  const event = readEvent(value, defaults);
  return event === null ? refused('not-an-event', 'Must be an event of EventBridge, with its detail-type.') : { ok: true, events: [event] };
}

function parseList(list: readonly unknown[], defaults: EventDefaults): ParsedBody {
  if (list.length > mostEvents) return refused('too-large', `Must be at most ${mostEvents} entries long.`);
  return { ok: true, events: list.map((value, index) => readEvent(value, defaults) ?? unreadableEvent(index, defaults)) };
}

const refused = (code: string, detail: string): ParsedBody => ({ ok: false, errors: [{ pointer: '', code, detail }] });

/** The events beside it are worth more than a refusal of the whole. */
const unreadableEvent = (index: number, { service }: EventDefaults): RecordedEvent => ({
  action: 'record',
  service,
  dedupKey: `unreadable-event-${index}`,
  title: 'An entry of the list is no event of EventBridge',
  reason: 'unreadable-event',
});

/** True for what has the shape of an event. */
export const looksLikeEvent = (value: unknown): boolean => textAt(value, 'detail-type') !== null;

const idShape = /^[A-Za-z0-9._-]{1,64}$/;

function readEvent(value: unknown, defaults: EventDefaults): FormatEvent | null {
  if (!looksLikeEvent(value)) return null;
  const id = textAt(value, 'id');
  const event = alarmChange(value, defaults) ?? meaning(value, readKnownEvent(value) ?? readOther(value), defaults);
  return id === null || !idShape.test(id) ? event : { ...event, messageId: id };
}

const alarmTypes: readonly (string | null)[] = ['CloudWatch Alarm State Change', 'CloudWatch Alarm Contributor State Change'];

function alarmChange(value: unknown, defaults: EventDefaults): SentEvent | RecordedEvent | null {
  if (!alarmTypes.includes(textAt(value, 'detail-type'))) return null;
  const origin = { arn: textAt(value, 'resources', 0), account: textAt(value, 'account'), region: textAt(value, 'region') };
  const change = readEventAlarm(fieldAt(value, 'detail'), origin);
  return change === null ? null : alarmEvent(change, defaults);
}

function meaning(value: unknown, reading: EventReading, defaults: EventDefaults): SentEvent | RecordedEvent {
  const type = textAt(value, 'detail-type') ?? '';
  const source = textAt(value, 'source');
  const { service } = defaults;
  const dedupKey = fitKey(reading.key);
  const title = fitTitle(reading.title);
  const occurredAt = reading.at ?? instantAt(value, 'time');
  switch (reading.action) {
    case 'record':
      return { action: 'record', service, dedupKey, title, reason: reading.reason };
    case 'resolve':
      return { action: 'resolve', service, dedupKey, title, occurredAt };
    case 'trigger':
      return fitTrigger(
        {
          dedupKey,
          title,
          severity: reading.severity ?? null,
          severityText: reading.severityText ?? null,
          source,
          type,
          description: reading.description ?? null,
          labels: [...(reading.labels ?? []), ['region', textAt(value, 'region')], ['account', textAt(value, 'account')]],
          links: [],
          details: fieldsOf(fieldAt(value, 'detail')),
          occurredAt,
        },
        defaults,
      );
    default:
      return reading satisfies never;
  }
}

/** Words for a state in which nothing is wrong any more. */
const recovered = /^(?:ok|resolved|recovered|closed)$/i;
/** Members of a detail that tell a tired person most, the first that is there. */
const telling = ['title', 'summary', 'message', 'reason', 'statusMessage', 'errorMessage', 'description', 'event', 'eventName'] as const;
const identifying = ['dedupKey', 'arn', 'id', 'Id', 'name'] as const;
const longestTold = 200;
/** More than AWS lists. */
const mostResources = 100;

/**
 * An event of which nothing more is known. What it is about is its resources, else the first of dedupKey, arn, id and name in its detail; two
 * events of one source and type about the same thing share a key. It resolves only when the state or status in its detail says so.
 */
function readOther(value: unknown): EventReading {
  const source = textAt(value, 'source') ?? '';
  const type = textAt(value, 'detail-type') ?? '';
  const detail = fieldAt(value, 'detail');
  const resources = listAt(value, 'resources')
    .slice(0, mostResources)
    .filter((resource) => typeof resource === 'string');
  const named = first(detail, identifying);
  const about = resources.length > 0 ? [...resources].sort().join(' ') : (named ?? textAt(value, 'account') ?? '');
  const state = textAt(detail, 'state') ?? textAt(detail, 'status');
  const told = first(detail, telling) ?? state;
  return {
    action: state !== null && recovered.test(state.trim()) ? 'resolve' : 'trigger',
    key: `${source}|${type}|${about}`,
    title: told === null ? type : `${type}: ${told.trim().slice(0, longestTold)}`,
    description: textAt(detail, 'description'),
    severity: parseSeverity(textAt(detail, 'severity') ?? ''),
    severityText: textAt(detail, 'severity'),
  };
}

function first(detail: unknown, names: readonly string[]): string | null {
  for (const name of names) {
    const found = textAt(detail, name);
    if (found !== null) return found;
  }
  return null;
}
