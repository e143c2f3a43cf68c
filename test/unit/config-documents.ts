import { expect } from 'vitest';
import { channels } from '../../shared/channels/registry.ts';
import { checkDocument } from '../../shared/schema/config-check.ts';
import type { ConfigDocument } from '../../shared/schema/config-document.ts';
import { readConfigText } from '../../shared/schema/config-text.ts';
import type { ConfigError } from '../../shared/schema/config-source.ts';

export const yaml = 'application/yaml';

/** The document of a text that holds. */
export function documentFrom(text: string, contentType = yaml): ConfigDocument {
  const source = readConfigText(text, contentType);
  const checked = 'json' in source ? checkDocument(source, channels) : null;
  if (checked?.ok !== true) expect.fail(`the document is refused: ${JSON.stringify(checked ?? source)}`);
  return checked.document;
}

/** What is wrong with a text; one that cannot be read has its one error at its root. */
export function errorsOf(text: string, contentType = yaml): readonly ConfigError[] {
  const source = readConfigText(text, contentType);
  if (!('json' in source)) return [{ pointer: '', ...source }];
  const checked = checkDocument(source, channels);
  return checked.ok ? [] : checked.errors;
}

/** A small document that holds; parts can be replaced by other YAML. */
export const small = (parts: Partial<Record<'settings' | 'services' | 'policies' | 'people' | 'teams' | 'more', string>> = {}): string =>
  [
    `settings: ${parts.settings ?? '{ catchAll: ["user:lee"] }'}`,
    `services: ${parts.services ?? '[{ id: shop, policy: main }]'}`,
    `policies: ${parts.policies ?? '[{ id: main, levels: [{ targets: ["team:ops"] }] }]'}`,
    `people: ${parts.people ?? '[{ id: ana, name: Ana, contacts: [{ id: phone, channel: sms, address: "+15555550100" }] }, { id: lee, name: Lee, contacts: [{ id: mail, channel: email, address: lee@example.com }] }]'}`,
    `teams: ${parts.teams ?? '[{ id: ops, members: [ana] }]'}`,
    parts.more ?? '',
  ].join('\n');
