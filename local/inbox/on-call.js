import { byId, element, policyNow, timeElement } from './page.js';

/** Ana (week), Cara (office); nobody is said in as many words. */
function peopleOf(people, names) {
  if (people.length === 0) return 'nobody';
  return people.map(({ id, layer }) => `${names[id] ?? id}${layer === null ? '' : ` (${layer})`}`).join(', ');
}

function row({ id, name, people, until, why, next }, names) {
  const now = element('span', people.length === 0 ? 'line bad' : 'line', `Now: ${peopleOf(people, names)}`);
  now.title = why.join('\n');
  const then = next === null ? null : element('span', 'line quiet', 'From ', timeElement(until), `: ${peopleOf(next.people, names)}`);
  return element('li', '', element('span', 'title', name ?? id), now, then);
}

let nextHandoff = Infinity;

/** Whether somebody came on call or went off since it was drawn. */
export const isHandedOver = () => policyNow() >= nextHandoff;

/** Who is on call now and next, for each schedule; nothing when there are none. */
export function drawOnCall({ schedules, names }) {
  nextHandoff = Math.min(...schedules.map(({ until }) => (until === null ? Infinity : Date.parse(until))));
  byId('on-call-box').hidden = schedules.length === 0;
  byId('on-call').replaceChildren(...schedules.map((schedule) => row(schedule, names)));
}
