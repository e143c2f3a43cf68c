import { refuse } from '../http/answer.ts';
import { cloudwatchFormat } from '../ingest/cloudwatch.ts';
import { fitKey, fitTitle } from '../ingest/fit-signal.ts';
import type { FormatEvent, RecordedEvent } from '../ingest/format.ts';
import type { Configuration, Ports, TakingPorts } from '../ports.ts';
import { carryOut } from './carry-out.ts';
import type { IngestLimit } from './ingest-limit.ts';
import { carryOutBody, maxBytes } from './ingest-routes.ts';
import { invalid, type Routes } from './routes.ts';
import { isRaw, makeJudgeMessage, type TopicNotice } from './sns-messages.ts';
import type { Signals } from './use-cases.ts';

interface Deps {
  readonly signals: Signals;
  readonly configuration: Configuration;
  readonly ports: TakingPorts & Pick<Ports, 'sns'>;
  readonly limit: IngestLimit;
}

/**
 * `POST /v1/ingest/cloudwatch`: as every format, but SNS calls its JSON plain text, signs what it sends, and asks before it sends the first
 * time. 403 for a signature that does not hold and for a topic that is not expected; the latter is listed, so that somebody can name it.
 */
export function addCloudWatchRoutes(routes: Routes, deps: Deps): void {
  const judge = makeJudgeMessage(deps.ports);
  const rules = { maxBytes, allowEmpty: false, contentTypes: ['application/json', 'text/plain'], isText: isRaw };
  routes.postSignal('/v1/ingest/cloudwatch', rules, async (call, value, key) => {
    const { service } = key;
    const { settings, services } = await deps.configuration.directory();
    const judged = await judge(value, call.req.raw.headers, settings.snsTopics);
    switch (judged.kind) {
      case 'invalid':
        return invalid(judged.errors);
      case 'refused':
        if (judged.notice !== null) await list(deps, noticed(judged.notice, service), call.get('requestId'));
        return refuse(judged.problem);
      case 'control':
        return carryOutBody(deps, key, { ok: true, events: judged.notice === null ? [] : [noticed(judged.notice, service)] });
      case 'alarms': {
        const defaults = { service, severity: services.get(service)?.severity ?? null };
        return carryOutBody(deps, key, cloudwatchFormat.parse(judged.body, defaults, { group: false }));
      }
      default:
        return judged satisfies never;
    }
  });
}

const titles: Readonly<Record<TopicNotice['reason'], string>> = {
  'subscription-not-expected': 'An SNS topic asks for a subscription and is not named in settings.snsTopics',
  'topic-not-expected': 'A message of an SNS topic that is not named in settings.snsTopics',
  unsubscribed: 'An SNS topic was unsubscribed: its alarms come here no more',
};

const noticed = ({ id, topic, reason }: TopicNotice, service: string): RecordedEvent & FormatEvent => ({
  action: 'record',
  service,
  dedupKey: fitKey(topic),
  title: fitTitle(`${titles[reason]}: ${topic}`),
  reason,
  ...(id === null ? {} : { messageId: id }),
});

async function list(deps: Deps, event: RecordedEvent & FormatEvent, requestId: string): Promise<void> {
  await carryOut(deps, event, { id: event.messageId === undefined ? requestId : `${event.service}-${event.messageId}`, body: null });
}
