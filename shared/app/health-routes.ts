import type { Hono } from 'hono';
import { json, refuse, respond, type Answer } from '../http/answer.ts';
import type { Ports, TakingPorts } from '../ports.ts';
import { nameRequest, type ApiEnv } from './routes.ts';

const sweptWithinMs = 3 * 60_000;

/** `GET /health`, without a credential: 200 only when the store answers and the sweeper ran in the last 3 minutes. */
export function addHealthRoutes(app: Hono<ApiEnv>, ports: TakingPorts): void {
  app.get('/health', async (call) => respond(await health(ports), nameRequest(call, ports)));
}

async function health(ports: Pick<Ports, 'state' | 'clock' | 'log'>): Promise<Answer> {
  try {
    const swept = await ports.state.lastSweep();
    return swept !== null && ports.clock.real() - swept <= sweptWithinMs
      ? json({ status: 'ok' })
      : unhealthy('sweeper-late', 'The sweeper has not run in the last 3 minutes.');
  } catch (cause) {
    ports.log.error('store-does-not-answer', {}, cause);
    return unhealthy('store-unavailable', 'The store does not answer.');
  }
}

const unhealthy = (code: string, detail: string): Answer => refuse({ status: 503, code, detail, headers: { 'retry-after': '10' } });
