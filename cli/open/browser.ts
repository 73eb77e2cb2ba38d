import { spawn } from 'node:child_process';

/** After this time a program that still runs has opened the page: a browser that is started stays. */
const STARTED_AFTER_MS = 3_000;

interface Attempt {
  readonly program: string;
  readonly args: readonly string[];
}

/**
 * Opens an address in the user's browser: that of BROWSER, or the one of the desktop. No shell reads the address.
 * @returns why no browser was started; undefined if one was
 */
export async function startBrowser(
  url: string,
  { platform = process.platform, env = process.env, startedAfterMs = STARTED_AFTER_MS } = {},
): Promise<string | undefined> {
  const reasons: string[] = [];
  for (const attempt of attemptsOf(url, platform, env.BROWSER)) {
    const why = await run(attempt, startedAfterMs);
    if (why === undefined) return undefined;
    reasons.push(why);
  }
  return reasons.join('; ');
}

/**
 * BROWSER has programs with colons between them, tried in this order, each with its own arguments; `%s` is the address.
 * https://www.freedesktop.org/software/xdg-utils: xdg-open reads it in this way (checked 2026-11-24)
 */
function attemptsOf(url: string, platform: string, browsers = ''): readonly Attempt[] {
  const named = browsers
    .split(':')
    .map((each) => each.trim().split(/\s+/))
    .flatMap(([program = '', ...args]): readonly Attempt[] => {
      if (program === '') return [];
      const filled = args.map((arg) => arg.replaceAll('%s', url));
      return [{ program, args: args.some((arg) => arg.includes('%s')) ? filled : [...args, url] }];
    });
  return [...named, { program: platform === 'darwin' ? 'open' : 'xdg-open', args: [url] }];
}

function run({ program, args }: Attempt, startedAfterMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'ignore', detached: true });
    const timer = setTimeout(() => resolve(undefined), startedAfterMs);
    const end = (why: string | undefined) => {
      clearTimeout(timer);
      resolve(why);
    };
    child.once('error', (error: NodeJS.ErrnoException) =>
      end(error.code === 'ENOENT' ? `${program} is not installed` : `${program}: ${error.message}`),
    );
    child.once('exit', (status) => end(status === 0 ? undefined : `${program} ended with status ${status}`));
    child.unref();
  });
}
