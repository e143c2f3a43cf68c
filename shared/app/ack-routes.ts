import type { Hono } from 'hono';
import type { ActCommand } from '../domain/commands.ts';
import type { Directory } from '../domain/directory.ts';
import { formatIncidentId } from '../domain/incident-id.ts';
import type { Act, Incident } from '../domain/incident.ts';
import { withoutAddress } from '../domain/person-of.ts';
import { levelAt } from '../domain/policy.ts';
import type { ReplyAction } from '../domain/sms-reply.ts';
import { isUnfinished } from '../domain/states.ts';
import { verifyAckToken, type AckFields } from '../http/ack-link.ts';
import { ackPage, messagePage, type DisplayedAct, type Pressed, type Standing } from '../http/ack-page.ts';
import { readBody } from '../http/body.ts';
import { ackHeaders } from '../http/page-shell.ts';
import { problemResponse, type Problem } from '../http/problem.ts';
import type { Configuration, Ports, TakingPorts } from '../ports.ts';
import { findAckTarget, positionOf, type AckTarget } from './ack-target.ts';
import { escalateEffect } from './escalate-effect.ts';
import { nameRequest, pathParameter, type ApiEnv, type Call } from './routes.ts';
import { Unavailable, type Acts } from './use-cases.ts';

interface Deps {
  readonly ports: TakingPorts & { readonly secrets: Pick<Ports['secrets'], 'signingKeys'> };
  readonly configuration: Configuration;
  readonly acts: Acts;
}

/** A link that can be followed. */
interface Followed {
  readonly link: AckFields;
  readonly item: Incident;
  readonly target: AckTarget;
}

const maxBytes = 4096;
const formType = 'application/x-www-form-urlencoded';

/** `/a/{token}`: looking at an incident from a message, and acting on it. Looking changes nothing, however often and by whom. */
export function addAckRoutes(app: Hono<ApiEnv>, deps: Deps): void {
  app.get('/a/:token', async (call) => {
    const requestId = nameRequest(call, deps.ports);
    const followed = await follow(deps, call);
    return followed instanceof Page ? followed.response(requestId) : (await show(deps, followed, null)).response(requestId);
  });
  app.post('/a/:token', async (call) => {
    const requestId = nameRequest(call, deps.ports);
    const followed = await follow(deps, call);
    if (followed instanceof Page) return followed.response(requestId);
    const form = await readForm(call);
    if (!form.ok) return problemResponse(form.problem, requestId);
    return (await press(deps, followed, form.action, requestId)).response(requestId);
  });
}

class Page {
  readonly status: number;
  readonly body: string;
  constructor(status: number, body: string) {
    this.status = status;
    this.body = body;
  }

  response(requestId: string): Response {
    const retry = this.status === 503 ? { 'retry-after': '1' } : {};
    return new Response(this.body, {
      status: this.status,
      headers: { ...ackHeaders, 'content-type': 'text/html; charset=utf-8', 'x-request-id': requestId, ...retry },
    });
  }
}

async function follow({ ports }: Deps, call: Call): Promise<Followed | Page> {
  const token = verifyAckToken(pathParameter(call, 'token'), await ports.secrets.signingKeys(), ports.clock.now());
  if (token.kind === 'forged') return new Page(404, messagePage('forged'));
  if (token.kind === 'expired') return new Page(410, messagePage('expired'));
  const item = await ports.incidents.get(token.fields.id);
  if (item === null) return new Page(404, messagePage('forged'));
  if ('unreadable' in item) return new Page(503, messagePage('unavailable'));
  const target = await findAckTarget(ports.incidents, item, token.fields);
  return target === null ? new Page(404, messagePage('forged')) : { link: token.fields, item, target };
}

type Form = { readonly ok: true; readonly action: ReplyAction } | { readonly ok: false; readonly problem: Problem };

async function readForm(call: Call): Promise<Form> {
  const body = await readBody(call.req.raw, { maxBytes, contentTypes: [formType], allowEmpty: true });
  if (!body.ok) return body;
  const action = new URLSearchParams(body.text).get('action') ?? 'acknowledge';
  if (action === 'acknowledge' || action === 'resolve' || action === 'escalate') return { ok: true, action };
  return { ok: false, problem: { status: 422, code: 'unknown-action', detail: 'The action must be acknowledge, resolve or escalate.' } };
}

async function press(deps: Deps, followed: Followed, action: ReplyAction, requestId: string): Promise<Page> {
  const directory = await deps.configuration.directory();
  const { person } = followed.target;
  const act = await actOf(deps, followed, action, directory.people.has(person) ? `user:${person}` : person);
  try {
    const answer = await deps.acts(followed.item, act, { id: requestId, body: null });
    switch (answer.kind) {
      case 'done':
        return await show(deps, { ...followed, item: answer.incident }, pressedBy(action, act, answer.incident, requestId));
      case 'refused': {
        const pressed: Pressed = { kind: 'refused', code: answer.refusal.code, act: displayedAct(answer.refusal.act, directory) };
        return await show(deps, { ...followed, item: answer.incident }, pressed);
      }
      case 'not-found':
      case 'body-differs':
        return new Page(404, messagePage('forged'));
      default:
        return answer satisfies never;
    }
  } catch (error) {
    if (error instanceof Unavailable) return new Page(503, messagePage('unavailable', action));
    throw error;
  }
}

function pressedBy(action: ReplyAction, act: ActCommand, incident: Incident, commandId: string): Pressed {
  if (act.type !== 'escalate' || act.from === null) return { kind: 'done', action };
  const effect = escalateEffect(incident, commandId, act.from);
  return effect === 'escalated' ? { kind: 'done', action } : { kind: effect };
}

async function actOf({ ports }: Deps, followed: Followed, action: ReplyAction, by: string): Promise<ActCommand> {
  switch (action) {
    case 'acknowledge':
      return { type: 'acknowledge', by, note: null };
    case 'resolve':
      return { type: 'resolve', by, note: null, occurredAt: null, bySource: false };
    case 'escalate': {
      const from = followed.target.position ?? (await positionOf(ports.incidents, followed.item, followed.link));
      return { type: 'escalate', by, reason: null, force: false, from };
    }
    default:
      return action satisfies never;
  }
}

async function show({ ports, configuration }: Deps, { item, target }: Followed, pressed: Pressed | null): Promise<Page> {
  const [directory, policy, head] = await Promise.all([
    configuration.directory(),
    configuration.policy(item.policyId, item.policyVersion),
    ports.incidents.head(item.key),
  ]);
  const body = ackPage({
    title: item.title,
    service: directory.services.get(item.service)?.name ?? item.service,
    severity: item.severity,
    createdAt: item.createdAt,
    zone: target.zone,
    personName: target.name,
    told: item.told.map((one) => one.name),
    level: item.position.level,
    levelLabel: policy === null ? null : (levelAt(policy, item.position.level)?.label ?? null),
    standing: standingOf(item, directory),
    incidentId: formatIncidentId(item),
    supersededBy: head !== null && head.generation > item.generation ? formatIncidentId(head) : null,
    pressed,
  });
  return new Page(pressed?.kind === 'refused' ? 409 : 200, body);
}

function standingOf(item: Incident, directory: Directory): Standing {
  if (item.resolved !== null) return { state: 'resolved', ...displayed(item.resolved, directory) };
  if (item.cancelled !== null) return { state: 'cancelled', ...displayed(item.cancelled, directory) };
  const over = !isUnfinished(item.state);
  if (item.acknowledged !== null && (over || item.state === 'acknowledged'))
    return { state: 'acknowledged', ...displayed(item.acknowledged, directory) };
  return { state: over ? 'ended' : 'open' };
}

const displayedAct = (act: Act | null, directory: Directory): DisplayedAct | null => (act === null ? null : displayed(act, directory));

/** By the name people know. */
function displayed(act: Act, directory: Directory): DisplayedAct {
  const person = act.by.startsWith('user:') ? directory.people.get(act.by.slice('user:'.length)) : undefined;
  // A URL may hold a secret.
  const by = act.by.startsWith('webhook:') ? withoutAddress(act.by) : act.by;
  return { by: person?.name ?? by, at: act.at };
}
