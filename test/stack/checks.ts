import { expectedCallers, expectedDoors, expectedGrants, expectedRoles } from './allowed.ts';
import { expectedAlarms, expectedDeliveries, expectedFunctions, expectedHttp, expectedKeeping } from './expected.ts';
import * as facts from './facts.ts';
import type { RawTemplate } from './template.ts';

type Check = (template: RawTemplate) => readonly string[];

const check =
  (found: (template: RawTemplate) => readonly string[], expected: readonly string[]): Check =>
  (template) => {
    const lines = found(template);
    return [
      ...expected.filter((line) => !lines.includes(line)).map((line) => `missing: ${line}`),
      ...lines.filter((line, place) => !expected.includes(line) || lines.indexOf(line) !== place).map((line) => `unexpected: ${line}`),
    ];
  };

/** By what is checked: the differences between a template and what was written by hand. */
export const checks: Readonly<Record<string, Check>> = {
  'each role may do what is written by hand, and nothing else': check(facts.grants, expectedGrants),
  'each role is for one service, and has no policy of somebody else': check(facts.roles, expectedRoles),
  'each function is called by those who may, and by nobody else': check(facts.callers, expectedCallers),
  'queues and topics are open to those who may, over encrypted connections': check(facts.doors, expectedDoors),
  'what cannot be delivered is kept where an alarm looks': check(facts.deliveries, expectedDeliveries),
  'every illness has an alarm that leaves by a topic of its own': check(facts.alarms, expectedAlarms),
  'data stays and logs go as the environment says': check(facts.keeping, expectedKeeping),
  'each route has its function and its limit, and logs no more than it may': check(facts.http, expectedHttp),
  'each function runs as it should, and is told what it needs': check(facts.functions, expectedFunctions),
};
