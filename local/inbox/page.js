/* global document, fetch, performance */

export const byId = (id) => document.getElementById(id);

/** Text from elsewhere only ever becomes text. */
export function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children.filter((child) => child !== null));
  return made;
}

let clock = { now: Date.now(), speed: 1, readAt: performance.now() };
export const policyNow = () => clock.now + (performance.now() - clock.readAt) * clock.speed;

function timeOf(instant) {
  const date = new Date(instant);
  const time = date.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
  return date.toDateString() === new Date(policyNow()).toDateString()
    ? time
    : `${date.toLocaleDateString(undefined, { day: 'numeric', month: 'short' })} ${time}`;
}

export function timeElement(iso) {
  const made = element('time', '', timeOf(iso));
  made.dateTime = iso;
  return made;
}

function countdown(iso) {
  const seconds = Math.max(0, Math.round((Date.parse(iso) - policyNow()) / 1000));
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  const two = (number) => String(number).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** Tells the page what time it is for the machine. */
export function setClock({ now, speed }) {
  clock = { now: Date.parse(now), speed, readAt: performance.now() };
  byId('speed').hidden = speed === 1;
  byId('speed').textContent = `${speed} times as fast`;
}

export function tick() {
  byId('now').textContent = new Date(policyNow()).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' });
  for (const place of document.querySelectorAll('[data-next]')) place.textContent = `next escalation in ${countdown(place.dataset.next)}`;
}

export function say(text, bad = false) {
  const place = byId('status');
  place.textContent = text;
  place.className = bad ? 'bad' : '';
}

export async function ask(path, body) {
  const options = body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(path, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail ?? `The answer was ${response.status}.`);
  return answer;
}

/** Does what a button is for; the button waits, and what goes wrong is said. */
export async function act(buttons, work) {
  for (const button of buttons) button.disabled = true;
  try {
    await work();
  } catch (error) {
    say(error instanceof TypeError ? 'Tocsin does not answer. Is it still running?' : error.message, true);
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

/** Puts children in order without moving those that are in place, so that focus and typed text stay. */
export function arrange(parent, children) {
  for (const child of [...parent.children]) if (!children.includes(child)) child.remove();
  const focused = document.activeElement;
  children.forEach((child, index) => {
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  });
  if (focused !== document.activeElement && parent.contains(focused)) focused.focus();
}
