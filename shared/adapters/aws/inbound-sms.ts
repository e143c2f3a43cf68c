import * as z from 'zod/mini';

/** https://docs.aws.amazon.com/sms-voice/latest/userguide/two-way-sms-payload.html */
const inboundSms = z.object({
  originationNumber: z.string(),
  messageBody: z.string(),
  inboundMessageId: z.string().check(z.minLength(1)),
  previousPublishedMessageId: z.nullish(z.string()),
});

/** An SMS that somebody sent us; `answers`: the message of ours that it follows, as the provider knows it. */
interface InboundSms {
  readonly from: string;
  readonly text: string;
  readonly messageId: string;
  readonly answers: string | null;
}

/** Null: the message is none that two-way SMS brings. */
export function readInboundSms(message: unknown): InboundSms | null {
  const parsed = inboundSms.safeParse(message);
  if (!parsed.success) return null;
  const { originationNumber, messageBody, inboundMessageId, previousPublishedMessageId } = parsed.data;
  return { from: originationNumber, text: messageBody, messageId: inboundMessageId, answers: previousPublishedMessageId ?? null };
}
