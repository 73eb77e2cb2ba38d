import { spawnSync } from 'node:child_process';
import { type Browser, chromium } from 'playwright-core';

/** What a Chromium is called on the PATH. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** In a container, as root, without a display, and without what a browser does for itself. */
const OPTIONS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The system's browser, headless. */
export async function launchBrowser(): Promise<Browser> {
  const [executablePath] = NAMES.flatMap((name) => {
    const { status, stdout } = spawnSync('which', [name], { encoding: 'utf8' });
    return status === 0 ? [stdout.trim()] : [];
  });
  if (executablePath === undefined) throw new Error(`no browser here: install one of ${NAMES.join(', ')}`);
  return chromium.launch({ executablePath, args: OPTIONS });
}
