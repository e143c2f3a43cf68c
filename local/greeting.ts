import { secretVariable } from '../shared/adapters/node/named-secrets.ts';
import { webhookSigning } from '../shared/adapters/node/secrets.ts';
import { alarmCommand } from './first-alarm.ts';
import type { Machine } from './machine.ts';

function firstAlarm({ address, localKey }: Machine): readonly string[] {
  if (localKey !== null) return [`  Raise an alarm for ${localKey.service}:`, `    ${alarmCommand(address, localKey.key)}`];
  return [
    '  This machine has no ingest key of its own. Make one for a service with the API token:',
    `    curl -X POST ${address}/v1/services/SERVICE/keys -H "Authorization: Bearer TOKEN"`,
  ];
}

/** What really leaves, and how receivers know that it is ours. */
function leaving({ live, webhookSigningAt }: Machine): string {
  if (live.length === 0) return 'Nothing leaves this machine: every message is in the inbox.';
  const rest = `Sent for real: ${live.join(', ')}; every other message, all SMS among them, is in the inbox.`;
  if (!live.includes('webhook')) return rest;
  const signed = webhookSigningAt ?? `a secret made for this run alone; ${secretVariable(webhookSigning)} can name one that receivers know`;
  return `${rest}\n  Webhooks are signed with ${signed}.`;
}

/** What the owner of the machine needs to know after the start. */
export function greeting(machine: Machine, seconds: string): string {
  const { address, adminToken, folder } = machine;
  return [
    `Tocsin is running at ${address} (started in ${seconds} s)`,
    '',
    `  Inbox      ${address}/`,
    `  API token  ${adminToken}`,
    `  Data       ${folder ?? 'in memory, until this process ends'}`,
    '',
    ...firstAlarm(machine),
    '',
    `  ${leaving(machine)} Ctrl-C stops.`,
    '',
  ].join('\n');
}
