/// <reference lib="dom" />
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consoleUrlOf } from '../../core/contracts/runbooks.ts';
import { CONSOLE_LINKS } from '../../core/pages/console-links.ts';
import { fleetPage } from '../../core/pages/fleet-page.ts';
import { FLEET_SCRIPT } from '../../core/pages/fleet-script.ts';
import { reportPage } from '../../core/pages/report-page.ts';
import { runbookPage } from '../../core/pages/runbook-page.ts';
import { readRunbooks } from '../../lib/runbooks.ts';
import { DIFFERENT, drillsOver, ENDED, FLEET, fleetOf, LATE, REPORT } from '../unit/core/drills.ts';
import { hostile } from '../unit/core/pages/hostile.ts';
import { DESKTOP, type Look, lookAt, type Opened, PHONE, ReportBrowser } from './browser.ts';
import { faintTexts } from './contrast.ts';
import { pdfText } from './pdf-text.ts';

const PAGES = {
  passed: reportPage(REPORT, drillsOver(14)),
  late: reportPage(LATE, drillsOver(1)),
  different: reportPage(DIFFERENT, drillsOver(3)),
  ended: reportPage(ENDED, []),
  'attacked-report': reportPage(hostile(DIFFERENT), drillsOver(3).map(hostile)),
  fleet: fleetPage(FLEET),
  'attacked-fleet': fleetPage(hostile(FLEET)),
  runbook: runbookPage('restore-by-hand', readRunbooks()),
} as const;
const EACH = Object.entries(PAGES);

const LOOKS: readonly (readonly [string, Look])[] = [
  ['on a desk', DESKTOP],
  ['in the dark', { ...DESKTOP, scheme: 'dark' }],
  ['on a phone', PHONE],
  ['on a phone in the dark', { ...PHONE, scheme: 'dark' }],
];

let browser: ReportBrowser;
beforeAll(async () => {
  browser = await ReportBrowser.start();
});
afterAll(() => browser?.close());

describe.each(EACH)('the page %s', (name, text) => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await browser.open(name, text);
  });
  afterAll(() => opened?.page.close());

  it('asks the network for nothing, and has nothing to complain of', () => {
    expect(opened.requests).toEqual([]);
    expect(opened.console).toEqual([]);
  });

  it.each(LOOKS)('fits its width and can be read %s', async (_how, look) => {
    const { page } = opened;
    await lookAt(page, look);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(look.width);
    expect(await page.evaluate(faintTexts)).toEqual([]);
    const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(paper).toBe(look.scheme === 'dark' ? 'rgb(15, 19, 23)' : 'rgb(255, 255, 255)');
  });

  it('runs nothing that came with its texts', async () => {
    expect(await opened.page.title()).not.toBe('owned');
    expect(await opened.page.locator('img, iframe, object, form').count()).toBe(0);
    const scripts = await opened.page.locator('script').allTextContents();
    const own = name.endsWith('fleet') ? [FLEET_SCRIPT.text] : [];
    expect(scripts).toEqual([CONSOLE_LINKS.text, ...own]);
  });

  it('is HTML that the browser’s parser has nothing to mend in', async () => {
    // A parser that had to close, move or drop something would not write what it had read.
    const parsed = await opened.page.evaluate(() => document.querySelector('main')?.outerHTML ?? '');
    const written = text.slice(text.indexOf('<main>'), text.indexOf('</main>') + '</main>'.length);
    expect(comparable(parsed)).toBe(comparable(written));
    expect(await opened.page.evaluate(() => document.compatMode)).toBe('CSS1Compat');
  });

  it('has one first heading, headings in order, and a name for every picture', async () => {
    const levels = await opened.page.evaluate(() =>
      [...document.querySelectorAll('h1, h2, h3')].map(({ tagName }) => Number(tagName.slice(1))),
    );
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    const jumps = levels.filter((level, at) => level - (levels[at - 1] ?? 1) > 1);
    expect(jumps).toEqual([]);
    const unnamed = await opened.page.evaluate(
      () => document.querySelectorAll('svg:not(svg svg):not([aria-label]):not([aria-hidden])').length,
    );
    expect(unnamed).toBe(0);
  });
});

/** Serialised markup differs in what means the same: void and empty elements, white space, entities of quotes. */
function comparable(markup: string): string {
  return markup
    .replace(/\/>/g, '>')
    .replace(/<\/(?:rect|line|circle|path)>/g, '')
    .replaceAll('=""', '')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&nbsp;', '\u00A0')
    .replace(/\s+/g, ' ');
}

describe('the report of a drill', () => {
  it.each([
    ['passed', 'Passed', '100,000', '11 min'],
    ['late', 'Failed: data proven, objective missed', '100,000', '1 h 30 min'],
    ['different', 'Failed', '99,999', '11 min'],
  ] as const)(
    'says whether it %s, the keys and the time without scrolling, on a phone too',
    async (name, ...said) => {
      const { page } = await browser.open(name, PAGES[name], PHONE);
      for (const each of said) {
        const box = await page
          .getByText(each, { exact: each !== 'Passed' && each !== 'Failed' && !each.startsWith('Failed') })
          .first()
          .boundingBox();
        expect(box && box.y + box.height, each).toBeLessThan(PHONE.height);
      }
      await page.close();
    },
  );

  it('prints its verdict, its figures and every drill', async () => {
    const { page } = await browser.open('passed', PAGES.passed);
    const text = pdfText(await page.pdf({ format: 'A4' }));
    expect(text).toContain('Passed');
    expect(text).toContain('100,000');
    expect(text).toContain('What this does not prove');
    expect(text).toContain('DrillClusterOverdue');
    await page.close();
  });

  it('draws every drill inside its plot', async () => {
    const { page } = await browser.open('passed', PAGES.passed, PHONE);
    const outside = await page.evaluate(
      () =>
        [...document.querySelectorAll('figure svg[role="img"]')].flatMap((svg) => {
          const frame = svg.getBoundingClientRect();
          return [...svg.querySelectorAll('circle, path, text')].filter((mark) => {
            const { left, right, top, bottom } = mark.getBoundingClientRect();
            return (
              left < frame.left - 1 ||
              right > frame.right + 1 ||
              top < frame.top - 1 ||
              bottom > frame.bottom + 1
            );
          });
        }).length,
    );
    expect(outside).toBe(0);
    await page.close();
  });
});

describe('the page of a thousand caches', () => {
  const CACHES = 1_000;
  let opened: Opened;
  beforeAll(async () => {
    opened = await browser.open('thousand', fleetPage(fleetOf(CACHES)));
  });
  afterAll(() => opened?.page.close());
  const shown = () =>
    opened.page.evaluate(
      () => [...document.querySelectorAll('.fleet tbody tr')].filter((row) => row.checkVisibility()).length,
    );

  it('can be filtered by name, plan and state, and says how many are shown', async () => {
    const { page, console } = opened;
    expect(await shown()).toBe(CACHES);
    await page.getByLabel('Name contains').fill('ORDERS 12');
    const named = fleetOf(CACHES).caches.filter(({ cache }) => /orders.*12/.test(cache)).length;
    expect(await shown()).toBe(named);
    expect(await page.getByRole('status').last().textContent()).toBe(`${named} of 1,000 shown`);
    await page.getByLabel('Name contains').fill('');
    await page.getByLabel('State').selectOption({ label: 'with problems (20)' });
    expect(await shown()).toBe(20);
    await page.getByLabel('Plan').selectOption('session-store');
    expect(await shown()).toBe(0);
    await page.getByLabel('Plan').selectOption('event-log');
    expect(await shown()).toBe(20);
    expect(console).toEqual([]);
  });

  it('fits a phone', async () => {
    await lookAt(opened.page, PHONE);
    expect(await opened.page.evaluate(() => document.documentElement.scrollWidth)).toBe(PHONE.width);
  });
});

describe('the page of all caches', () => {
  it.each([
    ['is out of date two hours after it was written', '2026-11-22T05:00:01Z', true],
    ['is not before', '2026-11-22T04:59:00Z', false],
  ])('says that it %s', async (_what, now, isSaid) => {
    const { page } = await browser.open('stale', PAGES.fleet, DESKTOP, new Date(now));
    expect(await page.getByText('This page is out of date').isVisible()).toBe(isSaid);
    await page.close();
  });

  it.each([
    ['eu-central-1', 'amazonaws.com'],
    ['cn-north-1', 'amazonaws.com.cn'],
  ])('links to the console where the console of %s has opened it', async (region, domain) => {
    const { page } = await browser.open('console', PAGES.fleet);
    const bucket = 'redrill-vault-111122223333-eu-central-1-an';
    await page.context().setOffline(false);
    await page.route(/^https:/, (route) => route.fulfill({ body: PAGES.fleet, contentType: 'text/html' }));
    await page.goto(`https://${bucket}.s3.${region}.${domain}/reports/index.html?X-Amz-Signature=abc`);
    const links = await page
      .locator('a')
      .evaluateAll((all) => all.map((each) => (each as HTMLAnchorElement).href));
    const to = (key: string) => consoleUrlOf({ bucket, region, key });
    expect(links).toContain(to('reports/_runbooks/drill-failed.html'));
    expect(links).toContain(to(`reports/sessions/${FLEET.caches[1]?.lastDrill?.drill}.html`));
    expect(links).toContain(to('reports/index.json'));
    await page.close();
  });

  it('shows every cache, and no filter, where scripts do not run', async () => {
    const { page } = await browser.open('plain', PAGES.fleet.replace(/<script>.*<\/script>/s, ''));
    expect(await page.locator('.fleet tbody tr:visible').count()).toBe(FLEET.caches.length);
    expect(await page.getByLabel('Name contains').isVisible()).toBe(false);
    await page.close();
  });
});
