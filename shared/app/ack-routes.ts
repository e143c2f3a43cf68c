import type { Hono } from 'hono';
import { bundleOf } from '../domain/bundle.ts';
import type { ActCommand } from '../domain/commands.ts';
import { formatIncidentId } from '../domain/incident-id.ts';
import type { Incident } from '../domain/incident.ts';
import { levelAt } from '../domain/policy.ts';
import type { ReplyAction } from '../domain/sms-reply.ts';
import { verifyAckToken, type AckFields } from '../http/ack-link.ts';
import { ackPage, messagePage, type Pressed } from '../http/ack-page.ts';
import { readBody } from '../http/body.ts';
import { problemResponse, type Problem } from '../http/problem.ts';
import type { Configuration, Ports, TakingPorts } from '../ports.ts';
import { followAll } from './ack-all.ts';
import { Page, type Destination } from './ack-response.ts';
import { displayed, standingOf } from './ack-standing.ts';
import { findAckTarget, positionOf, type AckTarget } from './ack-target.ts';
import { actorOf, answerAct } from './answer-act.ts';
import { escalateEffect } from './escalate-effect.ts';
import { nameRequest, pathParameter, type ApiEnv, type Call } from './routes.ts';
import { Unavailable, type Acts } from './use-cases.ts';

interface Deps {
  readonly ports: TakingPorts & Pick<Ports, 'bundles'> & { readonly secrets: Pick<Ports['secrets'], 'signingKeys'> };
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
    const found = await follow(deps, call);
    return (found instanceof Page ? found : await found.show()).response(requestId);
  });
  app.post('/a/:token', async (call) => {
    const requestId = nameRequest(call, deps.ports);
    const found = await follow(deps, call);
    if (found instanceof Page) return found.response(requestId);
    const form = await readForm(call);
    if (!form.ok) return problemResponse(form.problem, requestId);
    return (await pressed(found, form.action, requestId)).response(requestId);
  });
}

async function pressed(found: Destination, action: ReplyAction, requestId: string): Promise<Page> {
  try {
    return await found.press(action, requestId);
  } catch (error) {
    if (error instanceof Unavailable) return new Page(503, messagePage('unavailable', action));
    throw error;
  }
}

async function follow(deps: Deps, call: Call): Promise<Destination | Page> {
  const token = verifyAckToken(pathParameter(call, 'token'), await deps.ports.secrets.signingKeys(), deps.ports.clock.now());
  if (token.kind === 'forged') return new Page(404, messagePage('forged'));
  if (token.kind === 'expired') return new Page(410, messagePage('expired'));
  const bundle = bundleOf(token.fields.id);
  const found = await (bundle === null ? followOne(deps, token.fields) : followAll(deps, bundle, token.fields));
  return found ?? new Page(404, messagePage('forged'));
}

/** Where the link of one page leads; null: there is no such page. */
async function followOne(deps: Deps, link: AckFields): Promise<Destination | Page | null> {
  const item = await deps.ports.incidents.get(link.id);
  if (item === null) return null;
  if ('unreadable' in item) return new Page(503, messagePage('unavailable'));
  const target = await findAckTarget(deps.ports.incidents, item, link);
  if (target === null) return null;
  const followed = { link, item, target };
  return {
    show: () => show(deps, followed, null),
    press: (action, requestId) => press(deps, followed, action, requestId),
  };
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
  const { target, item, link } = followed;
  const seen = action === 'escalate' ? (target.position ?? (await positionOf(deps.ports.incidents, item, link))) : item.position;
  const act = answerAct(action, actorOf(target.person, directory), seen);
  const answer = await deps.acts(item, act, { id: requestId, body: null });
  switch (answer.kind) {
    case 'done':
      return show(deps, { ...followed, item: answer.incident }, pressedBy(action, act, answer.incident, requestId));
    case 'refused': {
      const { code, act: before } = answer.refusal;
      const refused: Pressed = { kind: 'refused', code, act: before === null ? null : displayed(before, directory) };
      return show(deps, { ...followed, item: answer.incident }, refused);
    }
    case 'not-found':
    case 'body-differs':
      return new Page(404, messagePage('forged'));
    default:
      return answer satisfies never;
  }
}

function pressedBy(action: ReplyAction, act: ActCommand, incident: Incident, commandId: string): Pressed {
  if (act.type !== 'escalate' || act.from === null) return { kind: 'done', action };
  const effect = escalateEffect(incident, commandId, act.from);
  return effect === 'escalated' ? { kind: 'done', action } : { kind: effect };
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
    source: item.source,
    description: item.description,
    links: item.links,
    snoozedUntil: item.snoozedUntil,
    supersededBy: head !== null && head.generation > item.generation ? formatIncidentId(head) : null,
    pressed,
  });
  return new Page(pressed?.kind === 'refused' ? 409 : 200, body);
}
