import * as z from 'zod/mini';
import type { Channel, Rendered } from './channel.ts';
import { emailHtml, emailText } from './email-body.ts';
import { bundleHeadline, headline, plainHeadline } from './headline.ts';
import { bundleView, plainView, viewOf, type MessageView } from './message-view.ts';

const mailAddress = z.email().check(z.maxLength(254));

/** An e-mail: one line as subject, the same content as plain text and as HTML that loads nothing from elsewhere. */
export const emailChannel: Channel = {
  name: 'email',
  address: z.string().check(
    z.refine((text) => mailAddress.safeParse(text).success, {
      error: 'This is not an e-mail address.',
      params: { code: 'invalid-email' },
    }),
  ),
  render: (content) => message(headline(content), viewOf(content)),
  renderBundle: (content) => message(bundleHeadline(content), bundleView(content)),
  plain: (content) => message(plainHeadline(content), plainView(content)),
};

function message(subjectLine: string, view: MessageView): Rendered {
  const [text, markup] = [emailText(view), emailHtml(view)];
  return {
    subject: subjectLine,
    text,
    html: markup,
    send: (to, transports, about) => transports.email({ to, subject: subjectLine, text, html: markup, about }),
  };
}
