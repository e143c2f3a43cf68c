import { alarmEvent, readEventAlarm, readSnsAlarm, type AlarmChange } from './cloudwatch-alarm.ts';
import { looksLikeEvent, parseEventBridge } from './eventbridge.ts';
import { fingerprint } from './fingerprint.ts';
import { fitTrigger } from './fit-signal.ts';
import type { EventDefaults, Format, FormatEvent, ParsedBody } from './format.ts';
import { fieldAt, instantAt, readJson, textAt } from './json-fields.ts';
import { looksLikeSns, messageIdOf } from './sns-envelope.ts';

/**
 * Alarms of CloudWatch: in an SNS envelope, as the bare message, or as the event of a Lambda action. Whether the envelope's
 * signature holds was judged before.
 */
export const cloudwatchFormat: Format = {
  name: 'cloudwatch',
  parse: (value, defaults) => (looksLikeSns(value) ? parseEnvelope(value, defaults) : parseMessage(value, defaults)),
};

function parseEnvelope(value: unknown, defaults: EventDefaults): ParsedBody {
  // Being subscribed or unsubscribed is no alarm.
  if (textAt(value, 'Type') !== 'Notification') return { ok: true, events: [] };
  const message = fieldAt(value, 'Message');
  if (typeof message !== 'string') return refused('/Message', 'not-a-message', 'Must be the text of a message.');
  const parsed = parseMessage(readJson(message), defaults);
  // What is no alarm, or one in a state that nobody knows, pages as what it is: SNS would drop what is refused.
  const events = parsed.ok ? parsed.events : [plainMessage(value, message, defaults)];
  const messageId = messageIdOf(value);
  return { ok: true, events: messageId === null ? events : events.map((event) => ({ messageId, ...event })) };
}

function parseMessage(value: unknown, defaults: EventDefaults): ParsedBody {
  const alarm = readAlarm(value);
  if (alarm === null) {
    return looksLikeEvent(value)
      ? parseEventBridge(value, defaults)
      : refused('', 'not-an-alarm', 'Must be an alarm of CloudWatch, as SNS or a Lambda action tell it.');
  }
  const event = alarmEvent(alarm, defaults);
  if (event !== null) return { ok: true, events: [event] };
  return refused('', 'unknown-state', 'The new state of the alarm must be ALARM, OK or INSUFFICIENT_DATA.');
}

const refused = (pointer: string, code: string, detail: string): ParsedBody => ({ ok: false, errors: [{ pointer, code, detail }] });

function readAlarm(value: unknown): AlarmChange | null {
  const origin = { arn: textAt(value, 'alarmArn'), account: textAt(value, 'accountId'), region: textAt(value, 'region') };
  return readSnsAlarm(value) ?? readEventAlarm(fieldAt(value, 'alarmData'), origin);
}

/** Something else that was published to the topic: whoever subscribed the pager to it wants to be paged. Nothing in it can resolve. */
function plainMessage(value: unknown, message: string, defaults: EventDefaults): FormatEvent {
  const topic = textAt(value, 'TopicArn') ?? '';
  const subject = textAt(value, 'Subject');
  const firstLine = message.trim().split('\n', 1)[0] ?? '';
  return fitTrigger(
    {
      dedupKey: fingerprint(['sns', topic, subject ?? message]),
      title: subject ?? (firstLine === '' ? 'Message without text' : firstLine),
      severity: null,
      severityText: null,
      source: 'aws.sns',
      type: null,
      description: message,
      labels: [['topic', topic]],
      links: [],
      details: null,
      occurredAt: instantAt(value, 'Timestamp'),
    },
    defaults,
  );
}
