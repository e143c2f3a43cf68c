const event = '{"title":"error rate 12%","severity":"critical"}';

/** A command for a terminal that raises an alarm; `key` stands where the ingest key belongs. */
export const alarmCommand = (address: string, key: string): string =>
  `curl -X POST ${address}/v1/events -H "Authorization: Bearer ${key}" -H 'Content-Type: application/json' -d '${event}'`;
