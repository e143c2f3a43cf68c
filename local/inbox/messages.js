import { act, arrange, ask, byId, element, policyNow, say, timeElement } from './page.js';

const shownAtFirst = 3;

const cards = new Map();
/** What was typed here and what came back, by phone number; kept as long as the page is open. */
const said = new Map();

const kindNames = { page: null, outcome: 'Outcome', notice: 'Notice' };

function withLink(text, ackUrl) {
  const at = ackUrl === null ? -1 : text.indexOf(ackUrl);
  return at < 0 ? [text] : [text.slice(0, at), linkTo(ackUrl, ackUrl), text.slice(at + ackUrl.length)];
}

function linkTo(url, text) {
  const link = element('a', '', text);
  if (!/^https?:\/\//.test(url)) return link;
  link.href = url;
  link.target = '_blank';
  link.rel = 'noopener';
  return link;
}

function meta(message) {
  const kind = kindNames[message.kind] ?? null;
  const missing = message.ackUrl !== null && !message.text.includes(message.ackUrl);
  return element(
    'div',
    'meta',
    kind === null ? null : element('span', 'tag', kind),
    timeElement(message.at),
    missing ? linkTo(message.ackUrl, 'acknowledge page') : null,
  );
}

function bubble(message) {
  if (message.mine)
    return element('li', 'bubble mine', element('div', 'said', message.text), element('div', 'meta', timeElement(message.at)));
  // What has a subject, or is for a program, is shown when it is opened.
  const folded = message.subject ?? (message.channel === 'webhook' ? 'JSON' : null);
  if (folded === null) {
    return element('li', 'bubble', element('div', 'said', ...withLink(message.text, message.ackUrl)), meta(message));
  }
  const body = element('div', 'body', ...withLink(message.text, message.ackUrl));
  const details = element('details', '', element('summary', '', folded), body);
  return element('li', 'bubble email', element('div', 'said', details), meta(message));
}

function answerForm(card, address, name, changed) {
  const input = element('input', '');
  input.setAttribute('aria-label', `Answer as ${name} by SMS`);
  input.placeholder = 'Answer by SMS';
  input.autocomplete = 'off';
  const button = element('button', '', 'Send');
  button.type = 'submit';
  const form = element('form', 'answer', input, button);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text !== '') act([button], () => sendSms(address, text, changed).then(() => (input.value = '')));
  });
  card.input = input;
  return form;
}

async function sendSms(from, text, changed) {
  const talk = said.get(from) ?? [];
  said.set(from, talk);
  const { replies } = await ask('/local/sms', { from, text });
  const now = new Date(policyNow()).toISOString();
  talk.push({ id: `mine-${talk.length}`, mine: true, text, at: now });
  for (const reply of replies)
    talk.push({ id: `reply-${talk.length}`, mine: false, kind: 'page', channel: 'sms', text: reply, at: now, ackUrl: null });
  say(replies.length === 0 ? 'No answer came back.' : '');
  await changed();
}

function newCard(message, changed) {
  const card = { shown: shownAtFirst, drawn: '' };
  // A target that is no person stands in its place, with its address.
  const person = message.person ?? message.to;
  const name = person.startsWith('channel:') ? person.slice('channel:'.length) : person.endsWith(`:${message.to}`) ? message.to : person;
  const where = name === message.to ? message.channel : `${message.channel} · ${message.to}`;
  card.list = element('ul', 'bubbles');
  card.quick = element('div', 'quick');
  card.older = element('button', 'older');
  card.older.type = 'button';
  card.older.addEventListener('click', () => {
    card.shown += 50;
    draw(card);
  });
  const head = element('div', 'card-head', element('h3', '', name), element('span', 'quiet', where));
  const form = message.channel === 'sms' ? answerForm(card, message.to, name, changed) : null;
  card.box = element('article', 'card', head, form, card.quick, card.list, card.older);
  card.box.setAttribute('aria-label', `${name}, ${message.channel}`);
  return card;
}

function draw(card) {
  const newest = card.messages.slice(0, card.shown);
  const drawn = newest.map(({ id }) => id).join();
  if (drawn !== card.drawn) card.list.replaceChildren(...newest.map(bubble));
  card.drawn = drawn;
  const hidden = card.messages.length - newest.length;
  card.older.hidden = hidden <= 0;
  card.older.textContent = `Show ${hidden} older`;
  drawQuick(card);
}

function drawQuick(card) {
  const code = card.messages.find((message) => message.code)?.code ?? '';
  if (card.code === code) return;
  card.code = code;
  const fill = (text, label) => {
    const button = element('button', '', label);
    button.type = 'button';
    button.addEventListener('click', () => {
      card.input.value = text;
      card.input.focus();
    });
    return button;
  };
  card.quick.hidden = code === '';
  if (code !== '') card.quick.replaceChildren(fill(code, `${code} – acknowledge`), fill(`${code} R`, `${code} R – resolve`));
}

const newestFirst = (a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0);

export function drawMessages(messages, changed) {
  const byAddress = new Map();
  for (const message of messages.toReversed()) {
    const key = `${message.channel} ${message.to}`;
    byAddress.set(key, [...(byAddress.get(key) ?? []), message]);
  }
  byId('no-messages').hidden = messages.length > 0;
  const order = [];
  for (const [key, received] of byAddress) {
    const card = cards.get(key) ?? newCard(received[0], changed);
    cards.set(key, card);
    const talk = received[0].channel === 'sms' ? (said.get(received[0].to) ?? []).toReversed() : [];
    card.messages = [...talk, ...received].sort(newestFirst);
    draw(card);
    order.push(card.box);
  }
  arrange(byId('messages'), order);
}
