import { Hono } from 'hono';
import { accepts } from 'hono/accepts';
import { stringify } from 'yaml';
import type { Instant } from '../domain/time.ts';
import { readBody } from '../http/body.ts';
import { problemResponse, type Problem } from '../http/problem.ts';
import { apiHeaders } from '../http/security-headers.ts';
import type { Ports, StoredConfig } from '../ports.ts';
import { maxDocumentBytes, type JsonObject } from '../schema/config-document.ts';
import { configTypes, yamlTypes } from '../schema/config-text.ts';
import type { ConfigSaving, SaveOptions, SaveResult } from './config-saving.ts';
import { configKinds, idOfThing, thingsIn, type ConfigKind } from './config-things.ts';
import { pathParameter, type ApiEnv, type Call } from './routes.ts';

interface Deps {
  readonly ports: Pick<Ports, 'config'>;
  readonly saving: ConfigSaving;
}

const paths = configKinds.map((kind) => ({ kind, list: `/v1/${kind}`, one: `/v1/${kind}/:id` }));
/** A schedule can be written as an iCalendar file. */
const calendarType = 'text/calendar';
const laterPaths = ['/v1/rules', '/v1/rules/:id'];

/** The configuration as a document and thing by thing. Callers are judged before; the request's id is on the context. */
export function configRoutes({ ports, saving }: Deps): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  app.get('/v1/config', async (call) => {
    const stored = await ports.config.current();
    return show(call, stored, stored?.document ?? {});
  });
  app.put('/v1/config', (call) =>
    change(call, (options) => withBody(call, (text, contentType) => saving.saveDocument(text, contentType, options))),
  );
  for (const { kind, list, one } of paths) {
    app.get(list, async (call) => {
      const stored = await ports.config.current();
      return show(call, stored, { [kind]: shownThings(stored, kind) });
    });
    app.get(one, async (call) => {
      const stored = await ports.config.current();
      const id = idOfThing(stored?.document ?? {}, kind, pathParameter(call, 'id'));
      const thing = shownThings(stored, kind).find((candidate) => candidate['id'] === id);
      return thing === undefined ? refuse(call, notFound) : show(call, stored, thing);
    });
    app.put(one, (call) =>
      change(call, (options) =>
        withBody(
          call,
          (text, contentType) =>
            contentType === calendarType
              ? saving.saveCalendar(pathParameter(call, 'id'), text, call.req.query('zone') ?? null, options)
              : saving.saveThing(kind, pathParameter(call, 'id'), text, contentType, options),
          kind === 'schedules' ? [...configTypes, calendarType] : configTypes,
        ),
      ),
    );
    app.delete(one, (call) => change(call, (options) => saving.deleteThing(kind, pathParameter(call, 'id'), options)));
  }
  for (const path of laterPaths) {
    app.on(['GET', 'PUT', 'DELETE'], path, (call) => refuse(call, later));
  }
  return app;
}

const notFound: Problem = { status: 404, code: 'unknown-id', detail: 'The configuration holds nothing with this id.' };
const later: Problem = { status: 422, code: 'not-supported', detail: 'Routing rules will come with a later release.' };
const stale: Problem = { status: 412, code: 'stale', detail: 'The configuration was changed meanwhile; read it again.' };

const refuse = (call: Call, problem: Problem): Response => problemResponse(problem, call.get('requestId'));

const etag = (version: number): string => `"${version}"`;

/** Things as they were written, policies with what is ours to say of them. */
function shownThings(stored: StoredConfig | null, kind: ConfigKind): readonly JsonObject[] {
  if (stored === null) return [];
  const things = thingsIn(stored.document, kind);
  if (kind !== 'policies') return things;
  const versions = new Map<unknown, number>(Object.entries(stored.policyVersions));
  const times = new Map<unknown, StoredConfig['policyTimes'][string]>(Object.entries(stored.policyTimes));
  return things.map((thing) => {
    const { createdAt, updatedAt } = times.get(thing['id']) ?? { createdAt: null, updatedAt: null };
    return { ...thing, version: versions.get(thing['id']) ?? null, createdAt: isoOrNull(createdAt), updatedAt: isoOrNull(updatedAt) };
  });
}

const isoOrNull = (instant: Instant | null): string | null => (instant === null ? null : new Date(instant).toISOString());

function show(call: Call, stored: StoredConfig | null, body: JsonObject): Response {
  const json = 'application/json';
  const type = accepts(call, { header: 'Accept', supports: [json, ...yamlTypes], default: json });
  const text = type === json ? JSON.stringify(body) : stringify(body, { aliasDuplicateObjects: false, lineWidth: 0 });
  return new Response(text, {
    headers: { ...apiHeaders, 'content-type': type, vary: 'Accept', etag: etag(stored?.version ?? 0) },
  });
}

type Refused = { readonly kind: 'refused'; readonly problem: Problem };

async function withBody(
  call: Call,
  save: (text: string, contentType: string | null) => Promise<SaveResult>,
  contentTypes = configTypes,
): Promise<SaveResult | Refused> {
  const body = await readBody(call.req.raw, { maxBytes: maxDocumentBytes, contentTypes });
  return body.ok ? save(body.text, body.contentType) : { kind: 'refused', problem: body.problem };
}

async function change(call: Call, save: (options: SaveOptions) => Promise<SaveResult | Refused>): Promise<Response> {
  const dryRun = call.req.query('dryRun') ?? 'false';
  // A dry run that is taken for a real one does what the caller did not want.
  if (dryRun !== 'true' && dryRun !== 'false') {
    return refuse(call, { status: 422, code: 'invalid-value', detail: 'dryRun is true or false.' });
  }
  const header = call.req.header('if-match');
  const result = await save({ dryRun: dryRun === 'true', ifMatch: header === undefined ? null : matches(header) });
  if (result.kind !== 'saved') return refuse(call, problemOf(result));
  const { version, changes, warnings, imported } = result;
  return new Response(JSON.stringify({ version, changes, warnings, imported }), {
    headers: { ...apiHeaders, 'content-type': 'application/json', etag: etag(version) },
  });
}

/** Proxies that compress make a strong tag weak; the version it names is the same. */
function matches(header: string): (version: number) => boolean {
  const tags = header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return (version) => (tags.includes('*') && version > 0) || tags.includes(etag(version));
}

function problemOf(result: Exclude<SaveResult, { readonly kind: 'saved' }> | Refused): Problem {
  switch (result.kind) {
    case 'refused':
      return result.problem;
    case 'not-found':
      return notFound;
    case 'stale':
      return stale;
    case 'unparsable': {
      const { code, detail, line } = result.error;
      return { status: 400, code, detail, errors: [{ pointer: '', code, detail, line }] };
    }
    case 'invalid': {
      const allLater = result.errors.every((error) => error.code === 'not-supported');
      const detail = result.errors.length === 1 ? 'One thing is not valid.' : `${result.errors.length} things are not valid.`;
      return {
        status: 422,
        code: allLater ? 'not-supported' : 'not-valid',
        detail: `${detail} Nothing was changed.`,
        errors: result.errors,
      };
    }
    default:
      return result satisfies never;
  }
}
