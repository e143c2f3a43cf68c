import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { environments } from '../../config/environments.ts';
import { tocsinApp } from '../../lib/app.ts';
import type { DeploymentEntry } from '../../shared/schema/deployment.ts';

const cdkJson = z.object({ context: z.record(z.string(), z.unknown()) });
const { context } = cdkJson.parse(JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')));

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
interface RawResource {
  Type: string;
  [name: string]: Json;
}
export type RawTemplate = Record<string, RawResource>;

/** The resources of an environment as CloudFormation gets them, put together as `cdk synth` does, but for the bundles. Throws what synth throws. */
export function synthesized(
  entry: { readonly [Setting in keyof DeploymentEntry]?: DeploymentEntry[Setting] | undefined } = {},
  name = 'prod',
  spoil: (stack: Stack) => unknown = () => null,
): RawTemplate {
  const outdir = mkdtempSync(join(tmpdir(), 'tocsin-stack-'));
  try {
    const { stack } = tocsinApp({ [name]: { ...environments['prod'], ...entry } }, name, {
      outdir,
      context: { ...context, 'aws:cdk:bundling-stacks': [] },
    });
    spoil(stack);
    return Template.fromStack(stack).toJSON()['Resources'] as RawTemplate;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** `DataTableFDBAD0F2` → `DataTable`: the hash says nothing to a reader. */
export const plainId = (id: string): string => id.replace(/[0-9A-F]{8}$/, '');

/** References written as `<id>` and `<id.Attribute>`, joined texts joined. */
function readable(value: Json): Json {
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value;
  if (typeof ref === 'string') return `<${plainId(ref)}>`;
  if (Array.isArray(attribute)) return `<${plainId(shown(attribute[0]))}.${shown(attribute[1])}>`;
  if (Array.isArray(join) && Array.isArray(join[1])) return join[1].map((part) => shown(readable(part))).join(shown(join[0]));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, readable(inner)]));
}

/** What stands at a path, such as `Properties.Replicas.0.Region`; undefined when there is nothing. */
export function at(value: Json | undefined, path: string): Json | undefined {
  let found: Json | undefined = value;
  for (const name of path.split('.')) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = Array.isArray(found) ? found[Number(name)] : found[name];
  }
  return found;
}

export const textAt = (value: Json | undefined, path: string): string => shown(at(value, path));

/** A text as it is, anything else as JSON. */
export const shown = (value: Json | undefined): string =>
  typeof value === 'string' ? value : value === undefined ? 'nothing' : JSON.stringify(value);

export const entriesAt = (value: Json | undefined, path: string): readonly (readonly [string, Json])[] => {
  const found = at(value, path);
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? Object.entries(found) : [];
};

/** One thing or a list of them, as a list. */
export const listAt = (value: Json | undefined, path: string): readonly Json[] => {
  const found = at(value, path);
  return found === undefined ? [] : Array.isArray(found) ? found : [found];
};

const read = new WeakMap<RawResource, Json>();

/** A template is asked about thousands of times when parts of it are taken out in turn. */
function readOnce(resource: RawResource): Json {
  const known = read.get(resource) ?? readable(resource);
  read.set(resource, known);
  return known;
}

/** Resources of a type, by plain id. */
export const ofType = (template: RawTemplate, type: string): readonly (readonly [string, Json])[] =>
  Object.entries(template)
    .filter(([, resource]) => resource.Type === `AWS::${type}`)
    .map(([id, resource]) => [plainId(id), readOnce(resource)] as const);
