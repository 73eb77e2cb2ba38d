import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { startBrowser } from '../../../cli/open/browser.ts';
import { folderWith } from './run.ts';

const URL = "http://127.0.0.1:1/a'b?c=$HOME;x";
let folder: string;

/** Programs that write down how they are called. */
function install(programs: Readonly<Record<string, string>>): void {
  folder = folderWith({});
  for (const [name, ending] of Object.entries(programs)) {
    const file = join(folder, name);
    writeFileSync(file, `#!/bin/sh\nprintf '%s\\n' "$@" > ${join(folder, `${name}.args`)}\n${ending}\n`);
    chmodSync(file, 0o755);
  }
  vi.stubEnv('PATH', `${folder}:/usr/bin:/bin`);
}

const calledWith = (name: string) => {
  const file = join(folder, `${name}.args`);
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : undefined;
};
const start = (browser?: string, platform: NodeJS.Platform = 'linux', startedAfterMs = 2_000) =>
  startBrowser(URL, { platform, env: browser === undefined ? {} : { BROWSER: browser }, startedAfterMs });

beforeEach(() => vi.unstubAllEnvs());

describe('the browser', () => {
  it.each([
    ['linux', 'xdg-open'],
    ['darwin', 'open'],
  ] as const)(
    'of the desktop is started on %s by %s, with the address as it is',
    async (platform, program) => {
      install({ [program]: 'exit 0' });
      expect(await start(undefined, platform)).toBeUndefined();
      expect(calledWith(program)).toEqual([URL]);
    },
  );

  it.each([
    ['firefox-9', [URL]],
    ['firefox-9 --new-window', ['--new-window', URL]],
    ['firefox-9 --url=%s', [`--url=${URL}`]],
    ['none-here:firefox-9', [URL]],
  ])('that BROWSER names comes first: %s', async (browser, args) => {
    install({ 'firefox-9': 'exit 0', 'xdg-open': 'exit 0' });
    expect(await start(browser)).toBeUndefined();
    expect(calledWith('firefox-9')).toEqual(args);
    expect(calledWith('xdg-open')).toBeUndefined();
  });

  it('that does not end is started', async () => {
    install({ 'firefox-9': 'exec sleep 2' });
    expect(await start('firefox-9', 'linux', 200)).toBeUndefined();
  });

  it('is said not to be there, with every attempt', async () => {
    install({ 'xdg-open': 'exit 3' });
    expect(await start('none-here')).toBe('none-here is not installed; xdg-open ended with status 3');
  });
});
