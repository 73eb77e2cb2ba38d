import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../../docs/sources/browser.ts';

/** How a page is looked at. */
export interface Look {
  readonly width: number;
  readonly height: number;
  readonly scheme: 'light' | 'dark';
}

export const DESKTOP: Look = { width: 1100, height: 800, scheme: 'light' };
export const PHONE: Look = { width: 360, height: 760, scheme: 'light' };

/** A page that is open, and what it has done so far. */
export interface Opened {
  readonly page: Page;
  /** Requests for anything but the page itself. */
  readonly requests: readonly string[];
  /** What the console says, errors of the page among it. */
  readonly console: readonly string[];
}

/** A real browser over files of a folder of its own. */
export class ReportBrowser {
  readonly #browser: Browser;
  readonly #folder = mkdtempSync(join(tmpdir(), 'redrill-browser-'));

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async start(): Promise<ReportBrowser> {
    return new ReportBrowser(await launchBrowser());
  }

  /** Opens a page from its file, with the network off. */
  async open(name: string, text: string, look: Look = DESKTOP, now?: Date): Promise<Opened> {
    const file = join(this.#folder, `${name}.html`);
    writeFileSync(file, text);
    const page = await this.#browser.newPage({ offline: true });
    await lookAt(page, look);
    if (now !== undefined) await page.clock.setFixedTime(now);
    const requests: string[] = [];
    const console: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => console.push(message.text()));
    page.on('pageerror', ({ message }) => console.push(message));
    await page.goto(pathToFileURL(file).href);
    return { page, requests: requests.filter((url) => url !== page.url()), console };
  }

  async close(): Promise<void> {
    await this.#browser.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The same page in another size and scheme. */
export async function lookAt(page: Page, { width, height, scheme }: Look): Promise<void> {
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: scheme });
}
