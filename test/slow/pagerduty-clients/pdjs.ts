// One night as pdjs sends it: pdjs.ts HOST:PORT ROUTING_KEY prints what the client returned. It speaks https only.
import { acknowledge, change, event, resolve, trigger } from '@pagerduty/pdjs';

const [server = '', routing_key = ''] = process.argv.slice(2);
const said: Record<string, unknown> = {};

const payload = {
  ...{
    summary: 'Error rate 12% on checkout',
    source: 'edge-1.example.com',
    severity: 'warning' as const,
    component: 'nginx',
    class: 'http 5xx',
  },
  ...{ timestamp: '2026-01-05T08:59:58.315Z', group: 'edge', custom_details: { rate: 0.12, worst: { path: '/pay', status: 502 } } },
};
const links = [{ href: 'https://dash.example.com/edge', text: 'Edge' }];
const images = [{ src: 'https://dash.example.com/edge.png', href: 'https://dash.example.com/edge', alt: 'Error rate' }];
const key = { routing_key, dedup_key: 'pdjs/edge' };

const keep = async (name: string, sent: ReturnType<typeof event>): Promise<unknown> => {
  const { status, ...answer } = await sent;
  const body: unknown = answer.data;
  said[name] = { status, body };
  return body;
};

await keep('triggered', trigger({ server, data: { ...key, event_action: 'trigger', payload, links, images } }));
await keep('repeated', event({ server, data: { ...key, event_action: 'trigger', payload: { ...payload, severity: 'critical' } } }));
await keep('acknowledged', acknowledge({ server, data: { ...key, event_action: 'acknowledge', payload } }));
await keep('resolved', resolve({ server, data: { ...key, event_action: 'resolve', payload } }));
await keep('unknown', resolve({ server, data: { ...key, dedup_key: 'pdjs/never-triggered', event_action: 'resolve', payload } }));
await keep('withoutKey', trigger({ server, data: { routing_key, event_action: 'trigger', payload } }));
// Its types want of a change what only an alarm has.
await keep('change', change({ server, data: { routing_key, event_action: 'trigger', payload, links } }));
await keep('refused', trigger({ server, data: { ...key, routing_key: '0'.repeat(32), event_action: 'trigger', payload } }));

process.stdout.write(JSON.stringify(said));
