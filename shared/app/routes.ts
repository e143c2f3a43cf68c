import type { Context, Hono } from 'hono';
import type { CommandId } from '../domain/commands.ts';
import { refuse, respond, type Answer } from '../http/answer.ts';
import { readJson } from '../http/json-body.ts';
import type { Problem } from '../http/problem.ts';
import type { IngestKey, Ports, TakingPorts } from '../ports.ts';
import { answerOnce, judgeKey } from './idempotency.ts';
import type { Authentication, Credentials } from './authentication.ts';

/** What a handler finds on the context of a request. */
export interface ApiEnv {
  Variables: { requestId: string };
}

/** One request to the API. */
export type Call = Context<ApiEnv>;

/** Does what was asked, under the id that tells a repeat. */
type Run = (command: CommandId) => Promise<Answer>;

/** Judges a parsed body before anything is done: an answer (a refusal) at once, or what to do. */
type Prepare<Caller> = (call: Call, value: unknown, caller: Caller) => Promise<Answer | Run> | Answer | Run;

interface PostRules {
  readonly maxBytes: number;
  /** True where all fields of the body are optional. */
  readonly allowEmpty: boolean;
  /** Media types that hold JSON here; `application/json` alone when they are not given. */
  readonly contentTypes?: readonly string[];
  /** True for a body that is taken as the text it is, JSON or not. */
  readonly isText?: (headers: Headers) => boolean;
  /** The answer shows a secret: it is not kept, and a repeat is refused. */
  readonly shownOnce?: boolean;
}

/** Registers routes that judge the credential first, then the body, then the meaning. */
export interface Routes {
  get(path: string, handle: (call: Call) => Promise<Answer>): void;
  delete(path: string, handle: (call: Call) => Promise<Answer>): void;
  post(path: string, rules: PostRules, prepare: Prepare<'admin'>): void;
  /** For senders: the credential is an ingest key. */
  postSignal(path: string, rules: PostRules, prepare: Prepare<IngestKey>): void;
}

/** Names the request; every answer carries the name. */
export function nameRequest(call: Call, ports: Pick<Ports, 'random'>): string {
  const requestId = ports.random.id();
  call.set('requestId', requestId);
  return requestId;
}

/** The credentials a request brings. The query is looked at only where there is no header. */
export function credentialsOf(call: Call): Credentials {
  const authorization = call.req.raw.headers.get('authorization');
  return { authorization, key: authorization === null ? call.req.query('key') : undefined };
}

/** A parameter of the path. */
export const pathParameter = (call: Call, name: string): string => call.req.param(name) ?? '';

/** 422 with what is wrong with each field. */
export const invalid = (errors: NonNullable<Problem['errors']>): Answer =>
  refuse({
    status: 422,
    code: 'not-valid',
    detail: errors.length === 1 ? 'One field is not valid.' : 'Some fields are not valid.',
    errors,
  });

/** 404 for a thing that is not there. */
export const unknown = (what: string): Answer => refuse({ status: 404, code: `unknown-${what}`, detail: `There is no such ${what}.` });

/** The routes of an app, with what they have in common. */
export function routesOf(app: Hono<ApiEnv>, ports: TakingPorts, authentication: Authentication): Routes {
  const asAdmin = (handle: (call: Call) => Promise<Answer>) => async (call: Call) => {
    const requestId = nameRequest(call, ports);
    const verdict = await authentication.admin(credentialsOf(call));
    return respond(verdict.ok ? await handle(call) : refuse(verdict.problem), requestId);
  };
  return {
    get(path, handle) {
      app.get(path, asAdmin(handle));
    },
    delete(path, handle) {
      app.delete(path, asAdmin(handle));
    },
    post(path, rules, prepare) {
      app.post(
        path,
        asAdmin((call) => answerPost(ports, call, { name: 'admin', identity: 'admin' }, rules, prepare)),
      );
    },
    postSignal(path, rules, prepare) {
      app.post(path, async (call) => {
        const requestId = nameRequest(call, ports);
        const verdict = await authentication.ingest(credentialsOf(call));
        if (!verdict.ok) return respond(refuse(verdict.problem), requestId);
        const caller = { name: verdict.caller.id, identity: verdict.caller };
        return respond(await answerPost(ports, call, caller, rules, prepare), requestId);
      });
    },
  };
}

async function answerPost<Caller>(
  ports: TakingPorts,
  call: Call,
  caller: { readonly name: string; readonly identity: Caller },
  rules: PostRules,
  prepare: Prepare<Caller>,
): Promise<Answer> {
  const body = await readJson(call.req.raw, rules);
  if (!body.ok) return refuse(body.problem);
  const key = call.req.raw.headers.get('idempotency-key');
  const badKey = judgeKey(key);
  if (badKey !== null) return refuse(badKey);
  const run = await prepare(call, body.value, caller.identity);
  if (typeof run !== 'function') return run;
  const request = {
    requestId: call.get('requestId'),
    caller: caller.name,
    method: 'POST',
    path: call.req.path,
    key,
    body: body.text,
  };
  return answerOnce(ports, request, { shownOnce: rules.shownOnce === true }, run);
}
