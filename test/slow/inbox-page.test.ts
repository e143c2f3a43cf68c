import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Machine } from '../../local/machine.ts';
import { fitsItsWidth, narrow, openBrowser, openPage, save, startInMemory, wide } from './browser.ts';

const idIn = (answer: unknown): string =>
  typeof answer === 'object' && answer !== null && 'incidentId' in answer ? String(answer.incidentId) : '';

let browser: Browser;
let machine: Machine;

beforeAll(async () => {
  browser = await openBrowser();
});

afterAll(async () => {
  await browser.close();
});

describe('the inbox page', () => {
  beforeAll(async () => {
    machine = await startInMemory();
  });

  afterAll(async () => {
    await machine.stop();
  });

  test('tells somebody who opens it for the first time what to do', async () => {
    const { page, complaints } = await openPage(browser, { viewport: narrow });
    await page.goto(machine.address);
    await page.getByText('Nobody has been told anything yet.').waitFor();
    await page.getByText(`curl -X POST ${machine.address}/v1/events`).waitFor();
    expect(await page.title()).toBe('Tocsin inbox');
    expect(await fitsItsWidth(page)).toBe(true);
    await save(page, 'inbox-empty-360');
    expect(complaints).toEqual([]);
  });

  test('shows the page of a sample alarm as it comes, takes the answer of the handset, and shows what came of it', async () => {
    const { page, complaints } = await openPage(browser, { viewport: wide });
    await page.goto(machine.address);
    await page.getByRole('button', { name: 'Fire a sample alarm' }).click();
    const phone = page.getByRole('article', { name: 'ana, sms' });
    await phone.getByText('Sample alarm: error rate 12% (L1)').waitFor();
    await page.getByText(/next escalation in 14:5\d|next escalation in 15:00/).waitFor();

    await page.getByRole('button', { name: 'Let 15 minutes pass' }).click();
    await page.getByRole('article', { name: 'ben, sms' }).waitFor();
    await page.getByText(/Level 2 fired: .*Ben \(sms\)/).waitFor();
    await save(page, 'inbox-escalated-1280');

    const link = phone.getByRole('link').first();
    const [ackPage] = await Promise.all([page.context().waitForEvent('page'), link.click()]);
    await ackPage.getByRole('button', { name: 'Acknowledge' }).waitFor();
    await ackPage.close();

    const benPhone = page.getByRole('article', { name: 'ben, sms' });
    await benPhone.getByRole('button', { name: /acknowledge/ }).click();
    await benPhone.getByRole('button', { name: 'Send' }).click();
    await benPhone.getByText('Acknowledged: checkout').waitFor();
    await page.getByText('Acknowledged by ben', { exact: true }).waitFor();
    expect(await fitsItsWidth(page)).toBe(true);
    await save(page, 'inbox-acknowledged-1280');
    expect(complaints).toEqual([]);
  });

  test.each([
    ['light', narrow, 'inbox-360'],
    ['dark', narrow, 'inbox-dark-360'],
    ['dark', wide, 'inbox-dark-1280'],
  ] as const)('fits a screen (%s)', async (colorScheme, viewport, name) => {
    const { page, complaints } = await openPage(browser, { viewport, colorScheme });
    await page.goto(machine.address);
    await page.getByRole('article', { name: 'ana, sms' }).waitFor();
    await page.getByText('Acknowledged by ben', { exact: true }).waitFor();
    expect(await fitsItsWidth(page)).toBe(true);
    await save(page, name);
    expect(complaints).toEqual([]);
  });
});

describe('a sample alarm that pages nobody', () => {
  test('is not called raised: the page says what became of it', async () => {
    const muted = await startInMemory();
    await fetch(`${muted.address}/v1/services/checkout/mute`, {
      method: 'POST',
      headers: { authorization: `Bearer ${muted.adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ for: '1h' }),
    });
    const { page, complaints } = await openPage(browser, { viewport: narrow });
    await page.goto(muted.address);
    await page.getByRole('button', { name: 'Fire a sample alarm' }).click();
    await page.getByRole('status').getByText('Nobody is told: the alarm was held (muted).').waitFor();
    expect(complaints).toEqual([]);
    await muted.stop();
  });
});

describe('the inbox page of a machine with a schedule', () => {
  test('shows who is on call now and who is next', async () => {
    const scheduled = await startInMemory();
    const { page, complaints } = await openPage(browser, { viewport: narrow });
    await page.goto(scheduled.address);
    const onCall = page.getByRole('list', { name: 'On call' });
    await onCall.getByText('primary').waitFor();
    await onCall.getByText(/^Now: (Ana|Ben) \(week\)$/).waitFor();
    await onCall.getByText(/^From .*: (Ana|Ben) \(week\)$/).waitFor();
    expect(await fitsItsWidth(page)).toBe(true);
    await save(page, 'inbox-on-call-360');
    expect(complaints).toEqual([]);
    await scheduled.stop();
  });
});

describe('the inbox page of a machine with several schedules', () => {
  const hour = (away: number): string => new Date(Date.now() + away * 3_600_000).toISOString();
  const shift = (person: string, from: number, until: number) => ({ person, from: hour(from), until: hour(until) });
  const asking = (scheduled: Machine) => async (method: string, path: string, body: object) => {
    const headers = { authorization: `Bearer ${scheduled.adminToken}`, 'content-type': 'application/json' };
    const answer = await fetch(scheduled.address + path, { method, headers, body: JSON.stringify(body) });
    expect(answer.status, await answer.text()).toBeLessThan(300);
  };

  test('shows a handoff when it comes, a swap and a new schedule when they are made, without a hand on it', async () => {
    const scheduled = await startInMemory();
    const ask = asking(scheduled);
    const soon = 4 / 3600;
    await ask('PUT', '/v1/schedules/soon', { zone: 'UTC', shifts: [shift('ana', -1, soon), shift('ben', soon, 24)] });
    const { page, complaints } = await openPage(browser, { viewport: narrow });
    await page.goto(scheduled.address);
    const row = page.getByRole('list', { name: 'On call' }).getByRole('listitem').filter({ hasText: 'soon' });
    await row.getByText('Now: Ana', { exact: true }).waitFor();
    await row.getByText('Now: Ben', { exact: true }).waitFor();
    await ask('POST', '/v1/schedules/soon/overrides', { from: hour(-1), until: hour(1), person: 'lead', instead: 'ben' });
    await row.getByText('Now: Lee', { exact: true }).waitFor();
    await ask('PUT', '/v1/schedules/newest', { zone: 'UTC', shifts: [shift('ana', -1, 24)] });
    await page.getByRole('listitem').filter({ hasText: 'newest' }).getByText('Now: Ana', { exact: true }).waitFor();
    expect(complaints).toEqual([]);
    await scheduled.stop();
  });

  test('shows for each who is on call and who is next, nobody in as many words, swaps too, and names as text', async () => {
    const scheduled = await startInMemory();
    const ask = asking(scheduled);
    const name = '<img src=x onerror="document.title=1">';
    await ask('PUT', '/v1/people/eve', { name, contacts: [] });
    await ask('PUT', '/v1/schedules/gap', { zone: 'UTC', shifts: [shift('ana', -1, 1), shift('ben', 2, 3)] });
    await ask('PUT', '/v1/schedules/later', { name, zone: 'UTC', shifts: [shift('ben', 2, 3)] });
    await ask('PUT', '/v1/schedules/swapped', { zone: 'UTC', shifts: [shift('ana', -1, 24)] });
    await ask('POST', '/v1/schedules/swapped/overrides', { from: hour(-1), until: hour(1), person: 'eve', instead: 'ana' });
    const { page, complaints } = await openPage(browser, { viewport: narrow });
    await page.goto(scheduled.address);
    const row = (title: string) => page.getByRole('list', { name: 'On call' }).getByRole('listitem').filter({ hasText: title });
    await row('gap').getByText('Now: Ana', { exact: true }).waitFor();
    await row('gap')
      .getByText(/^From .*: nobody$/)
      .waitFor();
    await row('Now: nobody').getByText(name, { exact: true }).waitFor();
    await row('Now: nobody')
      .getByText(/^From .*: Ben$/)
      .waitFor();
    await row('swapped').getByText(`Now: ${name}`, { exact: true }).waitFor();
    await row('swapped')
      .getByText(/^From .*: Ana$/)
      .waitFor();
    expect(await page.title()).toBe('Tocsin inbox');
    expect(await page.locator('img').count()).toBe(0);
    expect(await fitsItsWidth(page)).toBe(true);
    expect(complaints).toEqual([]);
    await scheduled.stop();
  });
});

describe('an incident that nobody answers for a week', () => {
  test('is shown to the end of its timeline, and live', async () => {
    const patient = await startInMemory();
    const post = (path: string, body: object): Promise<Response> =>
      fetch(patient.address + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${patient.adminToken}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const answer: unknown = await (await post('/local/sample', {})).json();
    await post('/local/clock', { advance: '7d' });
    const { page, complaints } = await openPage(browser, { viewport: narrow });
    await page.goto(patient.address);
    await page.getByText('Catch-all told (reminder): Lee (sms)').last().waitFor();
    await post(`/v1/incidents/${idIn(answer)}/acknowledge`, { by: 'user:lead' });
    await page.getByText('Acknowledged by lead', { exact: true }).waitFor();
    expect(await page.getByText('Triggered by inbox page').count()).toBe(0);
    expect(complaints).toEqual([]);
    await patient.stop();
  });
});

describe('an alarm whose text is markup', () => {
  test('stands on the page as text and runs nothing', async () => {
    const hostile = await startInMemory();
    const { page, complaints } = await openPage(browser, { viewport: wide });
    const title = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    await fetch(`${hostile.address}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${hostile.localKey?.key ?? ''}`, 'content-type': 'application/json' },
      body: JSON.stringify({ title, severity: 'critical' }),
    });
    await page.goto(hostile.address);
    await page.getByRole('button', { name: title }).waitFor();
    await page.getByRole('article', { name: 'ana, sms' }).getByText('onerror').waitFor();
    expect(await page.title()).toBe('Tocsin inbox');
    expect(await page.locator('img').count()).toBe(0);
    expect(complaints).toEqual([]);
    await hostile.stop();
  });
});
