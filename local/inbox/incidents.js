import { arrange, ask, byId, element, timeElement } from './page.js';

/** Who acted, as people say it. */
const nameOf = (by) => by.replace(/^user:/, '');

const rows = new Map();
let selected = null;

/** The incident whose timeline is shown. */
export const selectedId = () => selected;
export const select = (id) => {
  selected = id;
};

const stateNames = { timed_out: 'timed out' };
const needsSomebody = ({ isActive, state, acknowledgedAt, resolvedAt }) =>
  isActive || ((state === 'timed_out' || state === 'failed') && !acknowledgedAt && !resolvedAt);

function newRow(id, changed) {
  const button = element('button', '');
  button.type = 'button';
  button.addEventListener('click', () => {
    selected = id;
    changed();
  });
  return { item: element('li', '', button), button };
}

function place({ level, cycle }) {
  if (!level) return null;
  return cycle > 0 ? `level ${level}, round ${cycle + 1}` : `level ${level}`;
}

function drawRow(row, incident) {
  const { id, title, severity, state, service, nextEscalationAt, acknowledgedBy, resolvedBy } = incident;
  const next = nextEscalationAt ? element('span', 'next', '') : null;
  if (next) next.dataset.next = nextEscalationAt;
  const by = resolvedBy ?? acknowledgedBy ?? null;
  const where = place(incident);
  row.item.className = needsSomebody(incident) ? '' : 'ended';
  row.button.setAttribute('aria-pressed', String(id === selected));
  row.button.replaceChildren(
    element(
      'span',
      'line',
      severity ? element('span', `tag severity ${severity}`, severity) : null,
      element('span', 'tag', stateNames[state] ?? state),
      element('span', 'quiet', service),
    ),
    element('span', 'title', title),
    element(
      'span',
      'line quiet',
      where === null ? null : element('span', '', where),
      by === null ? null : element('span', '', `by ${nameOf(by)}`),
      next,
    ),
  );
}

export function drawIncidents(open, recent, changed) {
  const ended = recent.filter((incident) => !open.some(({ id }) => id === incident.id)).slice(0, 5);
  const shown = [...open, ...ended];
  byId('no-incidents').hidden = open.length > 0;
  if (!shown.some(({ id }) => id === selected)) selected = shown[0]?.id ?? null;
  const items = shown.map((incident) => {
    const row = rows.get(incident.id) ?? newRow(incident.id, changed);
    rows.set(incident.id, row);
    drawRow(row, incident);
    return row.item;
  });
  arrange(byId('incidents'), items);
  const current = shown.find(({ id }) => id === selected);
  byId('timeline-box').hidden = current === undefined;
  byId('timeline-of').textContent = current?.title ?? '';
}

const names = (notifications) => [...new Set(notifications.map(({ name, channel }) => `${name} (${channel})`))].join(', ') || 'nobody';
const round = ({ cycle }) => (cycle > 0 ? ` of round ${cycle + 1}` : '');

const told = {
  triggered: ({ source }) => `Triggered${source ? ` by ${source}` : ''}`,
  levelFired: (event) => `Level ${event.level}${round(event)} fired: ${names(event.notifications)}`,
  levelRepeated: (event) => `Level ${event.level}${round(event)} repeated (${event.repeat}): ${names(event.notifications)}`,
  levelEmpty: (event) => `Level ${event.level}${round(event)} reached nobody and was skipped`,
  notificationSent: ({ name, channel }) => `Handed over to ${name} (${channel})`,
  notificationFailed: ({ person, channel, code }) => `Not delivered to ${person} (${channel}): ${code}`,
  notificationExpired: ({ person, channel }) => `No longer of use to ${person} (${channel})`,
  catchAllTold: ({ notifications, reason }) => `Catch-all told (${reason}): ${names(notifications)}`,
  acknowledged: ({ by }) => `Acknowledged by ${nameOf(by)}`,
  acknowledgementTimedOut: ({ by }) => `Acknowledgement by ${nameOf(by)} timed out`,
  resolved: ({ by }) => `Resolved by ${nameOf(by)}`,
  cancelled: ({ by }) => `Cancelled by ${nameOf(by)}`,
  escalationRequested: ({ by }) => `Escalated by ${nameOf(by)}`,
  outcomeTold: ({ what, notifications }) => `${what[0].toUpperCase()}${what.slice(1)}: told ${names(notifications)}`,
  exhausted: () => 'Nobody answered: the policy has no further step',
  noteAdded: ({ by, note }) => `Note by ${nameOf(by)}: ${note}`,
};

const inWords = (type) => type.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replace(/^./, (letter) => letter.toUpperCase());

const readAtOnce = 1000;
const mostShown = 500;
let known = { id: null, events: [] };

/** The newest events of the selected incident; what was read before is not read again. */
export async function readTimeline() {
  const id = selected;
  let { events } = id === known.id ? known : { events: [] };
  for (let more = id !== null; more;) {
    const next = (await ask(`/local/incidents/${id}/timeline?after=${events.at(-1)?.seq ?? 0}&limit=${readAtOnce}`)).events;
    events = [...events, ...next].slice(-mostShown);
    more = next.length === readAtOnce;
  }
  known = { id, events };
  return events;
}

export function drawTimeline(events) {
  const list = byId('timeline');
  const drawn = `${selected} ${events.at(-1)?.seq ?? 0} ${events.length}`;
  if (list.dataset.drawn === drawn) return;
  list.dataset.drawn = drawn;
  list.replaceChildren(
    ...events.map((event) =>
      element('li', '', timeElement(event.at), element('span', '', told[event.type]?.(event) ?? inWords(event.type))),
    ),
  );
}
