import * as z from 'zod';
import type { Rendered } from '../../shared/channels/channel.ts';
import { about, recordingTransports } from './channels-content.ts';

const body = z.looseObject({
  text: z.string(),
  blocks: z.array(
    z.object({ type: z.literal('section'), text: z.looseObject({ type: z.enum(['plain_text', 'mrkdwn']), text: z.string() }) }),
  ),
});

/** The JSON that leaves for a message. */
export async function sentJson(rendered: Rendered): Promise<unknown> {
  const transports = recordingTransports();
  await rendered.send('somewhere', transports, about);
  const [json] = transports.sent.flatMap((message) => ('body' in message ? message.body : 'detail' in message ? message.detail : []));
  return JSON.parse(json ?? '');
}

/** What Slack gets of a message. */
export const slackBody = async (rendered: Rendered): Promise<z.infer<typeof body>> => body.parse(await sentJson(rendered));
