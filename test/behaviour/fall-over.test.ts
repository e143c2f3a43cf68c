import { describe, expect, it } from 'vitest';
import { permanent, transient } from '../world.ts';
import { address, documentWith, SendingWorld } from './sending-world.ts';

const { phone, mail, spare, ben } = address;

describe('a contact that does not work', () => {
  it('gives way to the next one at once, and is marked unhealthy', async () => {
    const world = await SendingWorld.with();
    world.answers({ [phone]: permanent });
    const { incidentId } = await world.alarm();
    expect(world.pages()).toEqual([`0 ${mail}`]);
    expect(await world.timeline(incidentId)).toEqual([
      'triggered',
      'levelFired',
      'notificationFailed',
      'fallbackAdded',
      'notificationSent',
    ]);
    expect(await world.stores.state.contactHealth()).toContainEqual({
      person: 'ana',
      contact: 'phone',
      unhealthy: { code: 'invalid-number', since: world.now },
      lastSentAt: null,
    });
  });

  it('brings forward a contact that was to wait for its time, and does not use it again when that time comes', async () => {
    const world = await SendingWorld.with(documentWith({ rules: [{ notify: ['phone', { contact: 'mail', after: '2m' }] }] }));
    world.answers({ [phone]: permanent });
    await world.alarm();
    await world.pass('4m');
    expect(world.pages()).toEqual([`0 ${mail}`]);
  });

  it.each([
    ['one after the other', { rules: [{ notify: ['phone'] }] }],
    ['all at once', { rules: [] }],
    ['two at once', { rules: [{ notify: ['phone', 'mail'] }] }],
    ['one of them later', { rules: [{ notify: ['phone', { contact: 'spare', after: '1m' }] }] }],
  ])('is never tried twice for one page, the contacts being asked %s', async (_, ana) => {
    const world = await SendingWorld.with(documentWith(ana));
    world.answers({ [phone]: permanent, [mail]: permanent, [spare]: permanent });
    await world.alarm();
    const tried = world.attempts.filter((attempt) => !attempt.endsWith(ben));
    expect(tried.toSorted()).toEqual([`0 ${phone}`, `0 ${mail}`, `0 ${spare}`].toSorted());
  });

  it('does not have one paged again that took the place of another contact of the same page', async () => {
    const world = await SendingWorld.with(documentWith({ rules: [{ notify: ['phone', { contact: 'spare', after: '1m' }] }] }));
    world.answers({ [phone]: permanent, [spare]: permanent });
    await world.alarm();
    await world.pass('4m');
    expect(world.attempts).toEqual([`0 ${phone}`, `0 ${mail}`, `60 ${spare}`]);
    expect(world.pages()).toEqual([`0 ${mail}`]);
  });

  it('gives way only to contacts on the channels of the level', async () => {
    const world = await SendingWorld.with(documentWith({}, { channels: ['sms'] }));
    world.answers({ [phone]: permanent });
    await world.alarm();
    expect(world.pages()).toEqual([`0 ${spare}`]);
  });

  it('leaves the other contacts of the person alone when one of them was reached', async () => {
    const world = await SendingWorld.with(documentWith({ rules: [{ notify: ['phone', 'mail', 'spare'] }] }));
    world.answers({ [phone]: permanent });
    await world.alarm();
    expect(world.pages()).toEqual([`0 ${mail}`, `0 ${spare}`]);
  });

  it('is tried again when the level repeats, because it may work by then', async () => {
    const world = await SendingWorld.with(documentWith({}, { repeat: { count: 1, every: '2m' } }));
    world.answers({ [phone]: permanent });
    await world.alarm();
    world.answers({});
    await world.pass('2m');
    expect(world.pages()).toEqual([`0 ${mail}`, `2 ${phone}`]);
  });

  it('and none that does makes the level as good as empty: the next one fires at once', async () => {
    const world = await SendingWorld.with();
    world.answers({ [phone]: permanent, [mail]: permanent, [spare]: permanent });
    const { incidentId } = await world.alarm();
    expect(world.pages()).toEqual([`0 ${ben}`]);
    expect(await world.timeline(incidentId)).toContain('levelEmpty');
    expect(await world.incident(incidentId)).toMatchObject({ state: 'active', position: { level: 2 } });
  });

  it('is gone from the directory: the next contact is asked in its place', async () => {
    const world = await SendingWorld.with(documentWith({ rules: [{ notify: [{ contact: 'phone', after: '1m' }] }] }));
    await world.alarm();
    await world.configure(documentWith({ contacts: [{ id: 'mail', channel: 'email', address: mail }], rules: [{ notify: ['mail'] }] }));
    await world.pass('1m');
    expect(world.pages()).toEqual([`1 ${mail}`]);
  });
});

describe('a contact that does not work, while another page of the same firing is on its way', () => {
  /** Ana and Ben are paged together, and Ben's provider answers only when it is let. What is written is counted. */
  async function world(contacts?: readonly object[]) {
    let answer: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    let writes = 0;
    const document = documentWith(contacts === undefined ? {} : { contacts }, { targets: ['user:ana', 'user:ben'] });
    const made = await SendingWorld.with(document, (ports) => ({
      ...ports,
      transports: {
        ...ports.transports,
        sms: async (message) => {
          if (message.to === ben) await held;
          return ports.transports.sms(message);
        },
      },
      incidents: {
        ...ports.incidents,
        write: async (...written) => {
          const result = await ports.incidents.write(...written);
          if (result.ok) writes += 1;
          return result;
        },
      },
    }));
    made.answers({ [phone]: permanent });
    const raised = made.alarm();
    const arrives = (to: string): Promise<void> => expect.poll(() => made.pages(), { interval: 1 }).toContain(`0 ${to}`);
    return { made, raised, arrives, answer, writes: () => writes };
  }

  it('gives way to the next one without waiting for that other', async () => {
    const { made, raised, arrives, answer } = await world();
    await arrives(mail);
    expect(made.pages()).toEqual([`0 ${mail}`]);
    answer();
    const { incidentId } = await raised;
    expect(made.pages()).toEqual([`0 ${mail}`, `0 ${ben}`]);
    expect(await made.timeline(incidentId)).toEqual([
      ...['triggered', 'levelFired', 'notificationFailed', 'fallbackAdded', 'notificationSent', 'notificationSent'],
    ]);
    const { outbox, told, lookAt, position, due } = await made.incident(incidentId);
    expect({ outbox, told: told.map(({ person }) => person), level: position.level }).toEqual({
      outbox: [],
      told: ['ana', 'ben'],
      level: 1,
    });
    expect(lookAt).toBe(due.step?.at);
    await made.pass('4m');
    expect(made.pages()).toHaveLength(2);
  });

  it('and gives way again when that one does not work either', async () => {
    const { made, raised, arrives, answer } = await world();
    made.answers({ [phone]: permanent, [mail]: permanent });
    await arrives(spare);
    answer();
    await raised;
    expect(made.pages()).toEqual([`0 ${spare}`, `0 ${ben}`]);
  });

  it('costs one write more, and pages that succeed cost none', async () => {
    const failing = await world();
    await failing.arrives(mail);
    failing.answer();
    await failing.raised;
    expect(failing.writes()).toBe(6);
    const working = await world([{ id: 'phone', channel: 'email', address: mail }]);
    await working.arrives(mail);
    working.answer();
    await working.raised;
    expect(working.writes()).toBe(3);
  });
});

describe('a contact that does not work, while a page to the next one waits in a bundle', () => {
  it.each([
    ['that has yet to leave', '10s'],
    ['that has just left', '61s'],
  ])('%s: gives way to the one after it, and the one in the bundle is paged once', async (_, delay) => {
    const services = [
      { id: 'checkout', policy: 'default' },
      { id: 'search', policy: 'search' },
    ];
    const policies = [
      { id: 'default', levels: [{ targets: ['user:ana'] }, { delay: '5m', targets: ['user:ben'] }] },
      { id: 'search', levels: [{ targets: [`email:${mail}`] }] },
    ];
    const ana = { rules: [{ notify: ['mail', { contact: 'phone', after: delay }] }] };
    const world = await SendingWorld.with(documentWith(ana, {}, { services, policies }));
    // Three leave alone, the next two wait for one message that they share.
    for (let number = 0; number < 5; number += 1) await world.alarm({ service: 'search', dedupKey: `alarm-${String(number)}` });
    world.answers({ [phone]: permanent });
    await world.alarm();
    await world.pass('4m');
    const at = Number(delay.slice(0, -1));
    const expected = [`60 ${mail}`, `${String(at)} ${phone}`, `${String(at)} ${spare}`];
    expect(world.attempts.toSorted()).toEqual(expected.toSorted());
  });
});

describe('a provider that is out of order', () => {
  it('for a minute has the next contact asked as well, once, and both are told when it works again', async () => {
    const world = await SendingWorld.with();
    world.answers({ [phone]: transient });
    await world.alarm();
    await world.pass('59s');
    expect(world.pages()).toEqual([]);
    await world.pass('1s');
    expect(world.pages()).toEqual([`1 ${mail}`]);
    world.answers({});
    await world.pass('2m');
    expect(world.pages().map((page) => page.split(' ')[1])).toEqual([mail, phone]);
  });
});
