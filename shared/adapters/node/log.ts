import type { Log } from '../../ports.ts';
import { causesOf, placesOf } from '../told-error.ts';

type Fields = Parameters<Log['info']>[1];

/** One line of JSON for each event; alarms stand out by a line head that a search finds. */
export function makeLog(write: (line: string) => void, wall: () => number = () => Date.now()): Log {
  const line = (level: 'info' | 'error' | 'ALARM', event: string, fields: object): void => {
    write(`${JSON.stringify({ level, time: new Date(wall()).toISOString(), event, ...fields })}\n`);
  };
  return {
    info: (event, fields: Fields) => {
      line('info', event, fields);
    },
    error: (event, fields: Fields, cause?: unknown) => {
      line('error', event, cause === undefined ? fields : { ...fields, causes: causesOf(cause), at: placesOf(cause) });
    },
    alarm: (event, fields: Fields) => {
      line('ALARM', event, fields);
    },
    // Nobody reads them here.
    measure: () => undefined,
  };
}
