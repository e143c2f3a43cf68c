import { alarmCommand } from './first-alarm.ts';
import type { Machine } from './machine.ts';

function firstAlarm({ address, localKey }: Machine): readonly string[] {
  if (localKey !== null) return [`  Raise an alarm for ${localKey.service}:`, `    ${alarmCommand(address, localKey.key)}`];
  return [
    '  This machine has no ingest key of its own. Make one for a service with the API token:',
    `    curl -X POST ${address}/v1/services/SERVICE/keys -H "Authorization: Bearer TOKEN"`,
  ];
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
    '  Nothing leaves this machine: every message is in the inbox. Ctrl-C stops.',
    '',
  ].join('\n');
}
