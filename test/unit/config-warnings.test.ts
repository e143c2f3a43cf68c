import { describe, expect, test } from 'vitest';
import { configWarnings } from '../../shared/domain/config-warnings.ts';
import { buildDirectory } from '../../shared/schema/config-directory.ts';
import { documentFrom, small } from './config-documents.ts';

const sent = (person: string, contact: string) => ({ person, contact, unhealthy: null, lastSentAt: 1 });
const healthy = [sent('ana', 'phone'), sent('lee', 'mail')];

const warningsOf = (parts: Parameters<typeof small>[0], health: Parameters<typeof configWarnings>[1] = healthy) =>
  configWarnings(buildDirectory(documentFrom(small(parts)), 1, {}), health, new Set(), 0).map(
    (warning) => `${warning.code} ${warning.pointer}`,
  );

describe('warnings', () => {
  test('there are none about a sound configuration', () => {
    expect(warningsOf({})).toEqual([]);
  });

  test('a level that nobody stands behind resolves to nobody', () => {
    expect(warningsOf({ policies: '[{ id: main, levels: [{ targets: [] }, { targets: ["user:ana"] }] }]' })).toEqual([
      'resolves-to-nobody /policies/0/levels/0',
    ]);
  });

  test('a team without members, or with members that have no contact, resolves to nobody', () => {
    expect(warningsOf({ teams: '[{ id: ops, members: [ana] }, { id: empty, members: [] }]' })).toEqual(['resolves-to-nobody /teams/1']);
    expect(
      warningsOf({
        people: '[{ id: ana, name: Ana }, { id: lee, name: Lee, contacts: [{ id: mail, channel: email, address: lee@example.com }] }]',
      }),
    ).toEqual(['resolves-to-nobody /policies/0/levels/0', 'single-person /policies/0', 'resolves-to-nobody /teams/0']);
  });

  test('a filter of channels that leaves no contact resolves to nobody', () => {
    expect(
      warningsOf({ policies: '[{ id: main, levels: [{ targets: ["user:ana"], channels: [email] }, { targets: ["user:ana"] }] }]' }),
    ).toEqual(['resolves-to-nobody /policies/0/levels/0']);
    expect(
      warningsOf({
        policies: '[{ id: main, levels: [{ targets: [{ type: user, id: ana, channels: [email] }] }, { targets: ["user:ana"] }] }]',
      }),
    ).toEqual(['resolves-to-nobody /policies/0/levels/0']);
  });

  test('a policy that reaches one person only, the catch-all included, is told', () => {
    expect(warningsOf({ settings: '{ catchAll: ["user:ana"] }' })).toEqual(['single-person /policies/0']);
    expect(warningsOf({ settings: '{ catchAll: ["phone:+15555550199"] }' })).toEqual([]);
  });

  test('a catch-all without a contact is told where it stands', () => {
    const people = '[{ id: ana, name: Ana, contacts: [{ id: phone, channel: sms, address: "+15555550100" }] }, { id: lee, name: Lee }]';
    expect(warningsOf({ people })).toEqual(['no-catch-all-contact /settings/catchAll', 'single-person /policies/0']);
    const policies = '[{ id: main, catchAll: ["user:lee"], levels: [{ targets: ["user:ana", "phone:+15555550199"] }] }]';
    expect(warningsOf({ people, policies, settings: '{}' })).toEqual(['no-catch-all-contact /policies/0/catchAll']);
  });

  test('a catch-all of more contacts than are told at once is told: the others would never hear of it', () => {
    const contacts = Array.from(
      { length: 20 },
      (_, n) => `{ id: m${String(n)}, channel: email, address: m${String(n)}@example.com }`,
    ).join();
    const crowd = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => `{ id: ${id}, name: ${id}, contacts: [${contacts}] }`);
    const all = (count: number): string =>
      `[${Array.from('abcdef', (id) => `"user:${id}"`)
        .slice(0, count)
        .join()}]`;
    const known = Array.from('abcdef').flatMap((id) => Array.from({ length: 20 }, (_, n) => sent(id, `m${String(n)}`)));
    const document = (settings: string, own: string) => ({
      settings: `{ catchAll: ${settings} }`,
      people: `[${crowd.join()}]`,
      teams: '[]',
      policies: `[{ id: main, catchAll: ${own}, levels: [{ targets: ["user:a"] }] }]`,
    });
    expect(warningsOf(document(all(5), all(5)), known)).toEqual([]);
    expect(warningsOf(document(all(6), all(6)), known)).toEqual([
      'catch-all-too-large /settings/catchAll',
      'catch-all-too-large /policies/0/catchAll',
    ]);
  });

  test('a cooldown that drops is told, one that holds is not', () => {
    expect(warningsOf({ policies: '[{ id: main, cooldown: { for: 1h, then: drop }, levels: [{ targets: ["user:ana"] }] }]' })).toEqual([
      'cooldown-drops /policies/0/cooldown/then',
    ]);
    expect(warningsOf({ policies: '[{ id: main, cooldown: 1h, levels: [{ targets: ["user:ana"] }] }]' })).toEqual([]);
  });

  test('a contact that was never sent to, or whose last message failed, is told', () => {
    expect(warningsOf({}, [sent('lee', 'mail')])).toEqual(['contact-never-tested /people/0/contacts/0']);
    expect(warningsOf({}, [sent('lee', 'mail'), { ...sent('ana', 'phone'), unhealthy: { code: 'opted-out', since: 1 } }])).toEqual([
      'contact-unhealthy /people/0/contacts/0',
    ]);
  });
});
