import { globSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PROJECT } from './blocks.ts';
import { launchBrowser } from './browser.ts';

/** Takes the README's picture of a drill report: `npm start`, then `node docs/sources/picture.ts`. */

const REPORT = 'out/local/reports/sessions/*.html';
const PICTURE = join(PROJECT, 'docs/images/drill-report.png');
/** Down to the end of the bar that shows where the time went. */
const SIZE = { width: 1000, height: 535 };

const [report] = globSync(REPORT, { cwd: PROJECT });
if (report === undefined) throw new Error(`there is no ${REPORT}; run npm start first`);
await mkdir(join(PICTURE, '..'), { recursive: true });
const browser = await launchBrowser();
try {
  const page = await browser.newPage({ viewport: SIZE, colorScheme: 'light', offline: true });
  await page.goto(pathToFileURL(join(PROJECT, report)).href);
  await page.screenshot({ path: PICTURE });
} finally {
  await browser.close();
}
