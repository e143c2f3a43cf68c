import * as z from 'zod';
import { cut, oneLine } from '../domain/display-text.ts';
import type { Channel, PageContent, PlainContent, Rendered } from './channel.ts';
import { emailHtml, emailText } from './email-body.ts';
import type { EmailView } from './email-view.ts';
import { plainView, viewOf } from './email-view.ts';
import { noService, noTitle, outcomeOf, reasonOf } from './wording.ts';

const mailAddress = z.email().max(254);
const maxSubject = 200;
const maxService = 60;

/** An e-mail: one line as subject, the same content as plain text and as HTML that loads nothing from elsewhere. */
export const emailChannel: Channel = {
  name: 'email',
  address: z.string().refine((text) => mailAddress.safeParse(text).success, {
    error: 'This is not an e-mail address.',
    params: { code: 'invalid-email' },
  }),
  render: (content) => message(subject(content), viewOf(content)),
  plain: (content) => message(`${tag(content)} Incident ${content.incidentId}${why(content)}`, plainView(content)),
};

function message(subjectLine: string, view: EmailView): Rendered {
  const [text, markup] = [emailText(view), emailHtml(view)];
  return {
    subject: subjectLine,
    text,
    html: markup,
    send: (to, transports, about) => transports.email({ to, subject: subjectLine, text, html: markup, about }),
  };
}

function subject(content: PageContent): string {
  const before = `${tag(content)} ${cut(oneLine(content.service, noService), maxService)}: `;
  const after = why(content);
  return before + cut(oneLine(content.title, noTitle), maxSubject - before.length - after.length) + after;
}

const tag = (content: PlainContent): string =>
  `[${(content.kind === 'outcome' ? outcomeOf(content.purpose) : content.severity).toUpperCase()}]`;

function why(content: PlainContent): string {
  if (content.kind === 'outcome') return '';
  const reason = reasonOf[content.purpose];
  if (reason !== null) return ` (${reason})`;
  return content.level === 0 ? '' : ` (level ${content.level})`;
}
