/* global document, window, EventSource, setInterval, setTimeout */
import { drawIncidents, drawTimeline, readTimeline, select, selectedId } from './incidents.js';
import { drawMessages } from './messages.js';
import { drawOnCall, isHandedOver } from './on-call.js';
import { act, ask, byId, say, setClock, tick } from './page.js';

let refreshing = false;
let again = false;

async function refresh() {
  again = refreshing;
  if (refreshing) return;
  refreshing = true;
  try {
    const [time, inbox, open, recent, onCall] = await Promise.all(
      [
        '/local/clock',
        '/local/inbox?newest=300',
        '/local/incidents?state=open&limit=50',
        '/local/incidents?limit=20',
        '/local/on-call',
      ].map((path) => ask(path)),
    );
    setClock(time);
    drawMessages(inbox.messages, refresh);
    drawOnCall(onCall);
    drawIncidents(open.incidents, recent.incidents, refresh);
    drawTimeline(await readTimeline());
    tick();
  } catch (error) {
    say(error instanceof TypeError ? 'Tocsin does not answer. Trying again …' : error.message, true);
  } finally {
    refreshing = false;
  }
  if (again) await refresh();
}

let lost = false;

function follow() {
  const events = new EventSource('/local/events');
  events.onmessage = () => {
    if (lost) say('');
    lost = false;
    refresh();
  };
  events.onerror = () => {
    lost = true;
    say('The connection is lost. Trying again …', true);
    if (events.readyState === EventSource.CLOSED) setTimeout(follow, 2000);
  };
}

byId('sample').addEventListener('click', (event) =>
  act([event.currentTarget], async () => {
    const { incidentId, outcome, reason } = await ask('/local/sample', {});
    select(incidentId ?? selectedId());
    const raised = outcome === 'created';
    say(raised ? 'The alarm was raised.' : `Nobody is told: the alarm was ${outcome} (${reason}).`, !raised);
    await refresh();
  }),
);
const steps = [...document.querySelectorAll('[data-advance]')];
for (const button of steps) {
  button.addEventListener('click', () =>
    act(steps, async () => {
      const { unsettled } = await ask('/local/clock', { advance: button.dataset.advance });
      say(unsettled === 0 ? '' : `${unsettled} incidents are still being worked.`);
      await refresh();
    }),
  );
}
window.addEventListener('focus', () => refresh());
setInterval(() => {
  tick();
  if (isHandedOver()) refresh();
}, 1000);
tick();
follow();
refresh();
