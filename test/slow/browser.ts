import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { startMachine, type Machine } from '../../local/machine.ts';

const screenshots = join(import.meta.dirname, '../../.ci-out/screenshots');
const browserFlags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
const quietFlags = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];

export const wide = { width: 1280, height: 800 };
export const narrow = { width: 360, height: 740 };

/** Debian's Chromium. */
export function openBrowser(): Promise<Browser> {
  mkdirSync(screenshots, { recursive: true });
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: [...browserFlags, ...quietFlags] });
}

const quiet = { info: () => undefined, error: () => undefined, alarm: () => undefined, measure: () => undefined };

export const startInMemory = (): Promise<Machine> =>
  startMachine({ port: 0, data: null, config: null, speed: 1, adminToken: null, log: quiet });

/** A page, and every complaint of the browser about it: a refused script, a failed request. */
export async function openPage(
  browser: Browser,
  options: { readonly viewport: typeof wide; readonly colorScheme?: 'light' | 'dark'; readonly javaScriptEnabled?: boolean },
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, complaints };
}

export const save = async (page: Page, name: string): Promise<void> => {
  await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
};

export const fitsItsWidth = (page: Page): Promise<boolean> =>
  page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth');
