/** Headless Chromium, where there is one. */
import { afterAll, afterEach, beforeAll, beforeEach, describe } from '@jest/globals';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The browser of the environment, or the first in the PATH. */
const found =
  process.env['DECANT_CHROMIUM'] ??
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => existsSync(path));

export interface Tab {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Everything that the page asked for, images that it drew itself left out. */
  readonly urls: string[];
  /** What the page complained about: errors, warnings, refusals of its policy, requests that failed. */
  readonly complaints: string[];
}

/** On a busy machine a browser takes its time. */
const PATIENCE_MS = 60_000;

/** Tests with a fresh tab each. Skipped by name where there is no Chromium. */
export function describeInChromium(title: string, tests: (tab: () => Tab) => void): void {
  if (found === undefined) {
    describe.skip(`${title} (skipped: no Chromium in the PATH)`, () => tests(() => undefined as never));
    return;
  }
  describe(title, () => {
    let browser: Browser;
    let tab: Tab;
    beforeAll(async () => {
      // Chromium's sandbox refuses to work for root, as in containers of CI.
      const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
      browser = await chromium.launch({
        executablePath: found,
        args: [...sandbox, '--disable-dev-shm-usage', '--disable-background-networking', '--disable-component-update'],
        timeout: PATIENCE_MS,
      });
    });
    afterAll(() => browser?.close());
    beforeEach(async () => {
      tab = await newTab(browser);
    });
    afterEach(() => tab.context.close());
    tests(() => tab);
  });
}

async function newTab(browser: Browser): Promise<Tab> {
  const context = await browser.newContext({
    viewport: { width: 1200, height: 900 },
    colorScheme: 'light',
    locale: 'en',
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const urls: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith('data:')) urls.push(request.url());
  });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
  return { page, context, urls, complaints };
}
