import { createHash } from 'node:crypto';
import { Html, html } from './html.ts';

const style = `
:root { color-scheme: light dark; --text: #1b1f24; --quiet: #4d5560; --page: #ffffff; --line: #6b7480; --act: #0b57d0; --on-act: #ffffff;
  --good: #0f5c2e; --bad: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e8eaed; --quiet: #b4bac2; --page: #12161b; --line: #8b949e; --act: #a8c7fa; --on-act: #062e6f; --good: #7ddc9d; --bad: #ffb4ab; }
}
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--page); }
main { max-width: 560px; margin: 0 auto; padding: 16px; overflow-wrap: anywhere; }
h1 { font-size: 22px; line-height: 1.3; margin: 8px 0; max-height: 5.2em; overflow: hidden; }
h2 { font-size: 16px; margin: 24px 0 4px; }
p { margin: 8px 0; }
.severity { display: inline-block; padding: 2px 10px; border-radius: 4px; font-weight: 700; color: #ffffff; background: #4a5560; }
.critical { background: #b3261e; }
.high { background: #9a4b00; }
.medium { background: #7a5900; }
.low { background: #1d5f8a; }
.notice { padding: 8px 12px; border-left: 4px solid; font-weight: 600; }
.done { color: var(--good); }
.refused { color: var(--bad); }
button { display: block; width: 100%; min-height: 48px; margin: 12px 0; padding: 8px 16px; font: inherit; font-weight: 600; cursor: pointer;
  color: var(--text); background: transparent; border: 2px solid var(--line); border-radius: 8px; }
button.first { min-height: 56px; font-size: 18px; color: var(--on-act); background: var(--act); border-color: var(--act); }
button:focus-visible { outline: 3px solid var(--text); outline-offset: 3px; }
dl { margin: 0; }
dt { margin-top: 8px; color: var(--quiet); font-size: 14px; }
dd { margin: 0; }
.lines { white-space: pre-wrap; }
a { color: var(--act); }
`;

// Put together by hand: the hash in the policy is over every character between the tags.
const styleElement = new Html(`<style>${style}</style>`);
const styleHash = createHash('sha256').update(style).digest('base64');

/** Headers of every page behind an ack link: nothing is kept, nothing tells where it was read, nothing but its own style is used. */
export const ackHeaders: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
  'x-content-type-options': 'nosniff',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
};

/** A whole page around its content. */
export function shell(title: string, content: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex, nofollow" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        ${styleElement}
      </head>
      <body>
        <main>${content}</main>
      </body>
    </html> `.toString();
}
