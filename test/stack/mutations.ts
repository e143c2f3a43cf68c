import { plainId, type Json, type RawTemplate } from './template.ts';

interface Mutation {
  /** Where something was removed: the type of the resource and the path, places in lists left out. */
  readonly kind: string;
  readonly where: string;
  readonly template: RawTemplate;
}

function* pathsIn(value: Json, path: readonly string[]): Generator<readonly string[]> {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    // Which stands for another resource: without it there is no reference, and nothing is said of what would be removed.
    if (name === 'Ref' || name.startsWith('Fn::')) continue;
    yield [...path, name];
    yield* pathsIn(inner, [...path, name]);
  }
}

/** The other resources are shared with the template that it came from. */
function without(template: RawTemplate, id: string, path: readonly string[]): RawTemplate {
  const resource = structuredClone(template[id]!);
  const last = path.at(-1) ?? '';
  let holder: Json = resource;
  for (const name of path.slice(0, -1)) holder = Array.isArray(holder) ? holder[Number(name)]! : (holder as Record<string, Json>)[name]!;
  if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else Reflect.deleteProperty(holder as object, last);
  return { ...template, [id]: resource };
}

/** The template without one resource, or without one property or list entry of one, each in turn. */
export function* mutations(template: RawTemplate): Generator<Mutation> {
  for (const [id, resource] of Object.entries(template)) {
    const type = resource.Type.replace('AWS::', '');
    yield { kind: type, where: plainId(id), template: Object.fromEntries(Object.entries(template).filter(([other]) => other !== id)) };
    for (const path of pathsIn(resource, [])) {
      if (path[0] === 'Type' || path[0] === 'Metadata') continue;
      const shown = path.map((name) => (/^[0-9]+$/.test(name) ? '*' : name)).join('.');
      yield { kind: `${type} ${shown}`, where: `${plainId(id)} ${path.join('.')}`, template: without(template, id, path) };
    }
  }
}
