import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { Machine } from '../../local/machine.ts';
import { fitsItsWidth, narrow, openBrowser, openPage, save, startInMemory, wide } from './browser.ts';

const inbox = z.object({ messages: z.array(z.object({ text: z.string(), ackUrl: z.string() })) });

let browser: Browser;
let machine: Machine;

beforeAll(async () => {
  browser = await openBrowser();
  machine = await startInMemory();
});

afterAll(async () => {
  await browser.close();
  await machine.stop();
});

const tell = (path: string, body: object, key = ''): Promise<Response> =>
  fetch(machine.address + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key === '' ? {} : { authorization: `Bearer ${key}` }) },
    body: JSON.stringify(body),
  });

/** The link in the newest page to Ana, after an alarm with this title; of several alarms, the link of the message that most of them came in. */
async function linkAfter(title: string, count = 1): Promise<string> {
  // A quiet minute, so that the page leaves alone.
  await tell('/local/clock', { advance: '2m' });
  for (let number = 1; number <= count; number += 1)
    await tell('/v1/events', { title, severity: 'critical', dedupKey: `${title} ${number}` }, machine.localKey?.key);
  if (count > 1) await tell('/local/clock', { advance: '2m' });
  const words = count > 1 ? [' pages: '] : [title.slice(0, 12), title.slice(-4)];
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const { messages } = inbox.parse(await (await fetch(`${machine.address}/local/inbox`)).json());
    const page = messages.findLast(({ text }) => words.every((word) => text.includes(word)));
    if (page !== undefined) return page.ackUrl;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('no page came');
}

/** How far text stands out from what is behind it, by the formula of WCAG 2.2, for each element that shows text of its own. */
const lowestContrast = (page: Page): Promise<number> =>
  page.evaluate(`(() => {
    const light = (text) => {
      const [r, g, b] = text.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (element) => {
      for (let one = element; one; one = one.parentElement) {
        const colour = getComputedStyle(one).backgroundColor;
        if (!/, 0\\)$|transparent/.test(colour)) return colour;
      }
      return matchMedia('(prefers-color-scheme: dark)').matches ? 'rgb(18, 18, 18)' : 'rgb(255, 255, 255)';
    };
    let lowest = 99;
    for (const element of document.body.querySelectorAll('*')) {
      if (![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '')) continue;
      const [a, b] = [light(getComputedStyle(element).color), light(behind(element))];
      lowest = Math.min(lowest, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
    }
    return lowest;
  })()`);

describe('the page behind the link in a message', () => {
  test.each([
    ['light', narrow, 'ack-360'],
    ['dark', narrow, 'ack-dark-360'],
    ['light', wide, 'ack-1280'],
  ] as const)('shows the button on the first screen and is legible (%s, %o)', async (colorScheme, viewport, name) => {
    const link = await linkAfter(`error rate 12% of the payment provider, ${colorScheme} on ${viewport.width > 1000 ? 'desk' : 'hand'}`);
    const { page, complaints } = await openPage(browser, { viewport, colorScheme });
    await page.goto(link);
    const box = await page.getByRole('button', { name: 'Acknowledge' }).boundingBox();
    expect((box?.y ?? Infinity) + (box?.height ?? 0)).toBeLessThan(viewport.height);
    expect(box?.height).toBeGreaterThanOrEqual(44);
    expect(await fitsItsWidth(page)).toBe(true);
    const contrast = await lowestContrast(page);
    expect(contrast).toBeGreaterThanOrEqual(4.5);
    // Black on white has 21: more means that no text was found at all.
    expect(contrast).toBeLessThanOrEqual(21);
    expect(await page.locator('script').count()).toBe(0);
    await save(page, name);
    expect(complaints).toEqual([]);
  });

  test.each([
    ['light', narrow, 'ack-all-360'],
    ['dark', wide, 'ack-all-dark-1280'],
  ] as const)('of several pages offers the same for all of them, legibly (%s, %o)', async (colorScheme, viewport, name) => {
    const link = await linkAfter(`a title of some length that wraps on a narrow screen, in ${colorScheme}`, 8);
    const { page, complaints } = await openPage(browser, { viewport, colorScheme });
    await page.goto(link);
    const button = page.getByRole('button', { name: 'Acknowledge all' });
    const box = await button.boundingBox();
    expect((box?.y ?? Infinity) + (box?.height ?? 0)).toBeLessThan(viewport.height);
    await button.click();
    await page.getByText(/^Acknowledged [0-9]+ incidents\./).waitFor();
    expect(await fitsItsWidth(page)).toBe(true);
    expect(await lowestContrast(page)).toBeGreaterThanOrEqual(4.5);
    await save(page, name);
    expect(complaints).toEqual([]);
  });

  test('works without scripts and by keyboard alone', async () => {
    const link = await linkAfter('disk full on db1');
    const { page } = await openPage(browser, { viewport: narrow, javaScriptEnabled: false });
    await page.goto(link);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page
      .getByText(/Acknowledged/)
      .first()
      .waitFor();
    await save(page, 'ack-done-360');
    await page.reload();
    await page.goto(link);
    await page
      .getByText(/Acknowledged/)
      .first()
      .waitFor();
    expect(await page.getByRole('button', { name: 'Acknowledge' }).count()).toBe(0);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page
      .getByText(/Resolved/)
      .first()
      .waitFor();
    await save(page, 'ack-resolved-360');
  });

  test('says plainly when a link is none of ours', async () => {
    const { page } = await openPage(browser, { viewport: narrow });
    const response = await page.goto(`${machine.address}/a/${'A'.repeat(63)}`);
    expect(response?.status()).toBe(404);
    expect(await fitsItsWidth(page)).toBe(true);
    await save(page, 'ack-unknown-360');
  });
});
