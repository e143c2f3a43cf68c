import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { html } from '../shared/http/html.ts';

const folder = join(import.meta.dirname, 'inbox');
const parts = ['inbox.css', 'inbox.js', 'page.js', 'messages.js', 'incidents.js', 'on-call.js'];

const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

const common = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff' };
const policy = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The inbox page with its style and scripts, by path. `command` raises a first alarm from a terminal. */
export function inboxPage(command: string): Readonly<Record<string, () => Response>> {
  const document = read('inbox.html').replace('<!-- command -->', () => html`${command}`.toString());
  const headers = { ...common, 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy };
  const page = (): Response => new Response(document, { headers });
  return Object.fromEntries([['/', page], ...parts.map((name) => [`/local/page/${name}`, servePart(name)] as const)]);
}

function servePart(name: string): () => Response {
  const text = read(name);
  const type = extname(name) === '.css' ? 'text/css' : 'text/javascript';
  return () => new Response(text, { headers: { ...common, 'content-type': `${type}; charset=utf-8` } });
}
