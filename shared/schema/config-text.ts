import { readJson } from './config-json.ts';
import type { ConfigSource, Unparsable } from './config-source.ts';
import { readYaml } from './config-yaml.ts';

export const yamlTypes = ['application/yaml', 'application/x-yaml', 'text/yaml'] as const;
export const configTypes: readonly string[] = ['application/json', ...yamlTypes];

/** Reads a configuration, or one thing of it, as text. */
export const readConfigText = (written: string, contentType: string | null): ConfigSource | Unparsable =>
  contentType === 'application/json' ? readJson(written) : readYaml(written);
