import { Html, html } from '../domain/html.ts';
import { answerWords, type MessageView } from './message-view.ts';

/** The plain text. Ours comes first, and the sender's lines are indented, so that none of them passes for ours. */
export function emailText(view: MessageView): string {
  const width = Math.max(...view.facts.map(({ name }) => name.length)) + 2;
  const blocks = [
    view.heading,
    view.lead,
    view.facts.map(({ name, value }) => `${`${name}:`.padEnd(width)}${value}`).join('\n'),
    answerText(view.answer),
    pagesText(view.pages),
    view.description === null ? null : `Description:\n${indent(view.description.split('\n'))}`,
    view.labels.length === 0 ? null : `Labels:\n${indent(view.labels.map(({ name, value }) => `${name}: ${value}`))}`,
    view.links.length === 0 ? null : `Links:\n${indent(view.links.map(({ href, text }) => (text === '' ? href : `${text}: ${href}`)))}`,
  ];
  return `${blocks.filter((block) => block !== null).join('\n\n')}\n`;
}

function pagesText(pages: MessageView['pages']): string | null {
  if (pages === undefined) return null;
  const listed = pages.listed.map(({ url, text }) => (url === null ? `  ${text}` : `  ${text}\n  ${url}`));
  return [`${answerWords} each of them:`, ...listed, ...(pages.rest === null ? [] : [`  ${pages.rest}`])].join('\n');
}

const indent = (lines: readonly string[]): string => lines.map((line) => `  ${line}`.trimEnd()).join('\n');

function answerText(answer: MessageView['answer']): string | null {
  if (answer === null) return null;
  const link = answer.url === null ? [] : [`${answer.words}:\n${answer.url}`];
  const code = answer.code === null ? [] : [`By SMS: reply ${answer.code} to ack, ${answer.code} R to resolve.`];
  return [...link, ...code].join('\n\n');
}

// Mail programs that drop the style sheet show black on white, and the button as a link.
const style = new Html(`<style>
:root { color-scheme: light dark; }
body { margin: 0; padding: 16px; font: 16px/1.5 system-ui, sans-serif; color: #1b1f24; background: #ffffff; }
main { max-width: 600px; margin: 0 auto; overflow-wrap: anywhere; }
h1 { font-size: 22px; line-height: 1.3; margin: 0 0 12px; }
h2 { font-size: 16px; margin: 24px 0 4px; }
p { margin: 0 0 16px; }
th { text-align: left; vertical-align: top; padding: 2px 16px 2px 0; font-weight: 600; white-space: nowrap; }
td { padding: 2px 0; }
pre { margin: 0; font: 14px/1.5 ui-monospace, monospace; white-space: pre-wrap; }
a { color: #0b57d0; }
.button { display: inline-block; padding: 12px 24px; border-radius: 8px; background: #0b57d0; color: #ffffff; font-weight: 600; text-decoration: none; }
@media (prefers-color-scheme: dark) {
  body { color: #e8eaed; background: #12161b; }
  a { color: #a8c7fa; }
  .button { background: #a8c7fa; color: #062e6f; }
}
</style>`);

/** The HTML: no script, no picture, nothing remote; every foreign text escaped and isolated in its own direction. */
export function emailHtml(view: MessageView): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title>${view.heading}</title>
        ${style}
      </head>
      <body>
        <main>
          <h1 dir="auto">${view.heading}</h1>
          ${view.lead === null ? null : html`<p><strong dir="auto">${view.lead}</strong></p>`} ${answerHtml(view.answer)}
          ${table(view.facts)} ${pagesHtml(view.pages)}
          ${
            view.description === null
              ? null
              : html`<h2>Description</h2>
                  <pre dir="auto">${view.description}</pre>`
          }
          ${
            view.labels.length === 0
              ? null
              : html`<h2>Labels</h2>
                  ${table(view.labels)}`
          }
          ${
            view.links.length === 0
              ? null
              : html`<h2>Links</h2>
                  <ul>
                    ${view.links.map(linkHtml)}
                  </ul>`
          }
        </main>
      </body>
    </html> `.toString();
}

const table = (facts: MessageView['facts']): Html =>
  html`<table>
    ${facts.map(
      ({ name, value }) =>
        html`<tr>
          <th scope="row" dir="auto">${name}</th>
          <td dir="auto">${value}</td>
        </tr>`,
    )}
  </table>`;

function pagesHtml(pages: MessageView['pages']): Html | null {
  if (pages === undefined) return null;
  const listed = pages.listed.map(({ url, text }) =>
    url === null
      ? html`<li><bdi>${text}</bdi></li>`
      : html`<li><bdi>${text}</bdi> <a href="${url}" rel="noreferrer">${answerWords}</a></li>`,
  );
  return html`<ul>
      ${listed}
    </ul>
    ${pages.rest === null ? null : html`<p>${pages.rest}</p>`}`;
}

function answerHtml(answer: MessageView['answer']): Html | null {
  if (answer === null) return null;
  const link = answer.url === null ? null : html`<p><a class="button" href="${answer.url}" rel="noreferrer">${answer.words}</a></p>`;
  const code =
    answer.code === null
      ? null
      : html`<p>By SMS: reply <strong>${answer.code}</strong> to ack, <strong>${answer.code} R</strong> to resolve.</p>`;
  return html`${link}${code}`;
}

const linkHtml = ({ href, text }: MessageView['links'][number]): Html =>
  html`<li><bdi>${text}</bdi> <a href="${href}" rel="noreferrer noopener nofollow">${href}</a></li>`;
