import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { folderWith, REDRILL } from './run.ts';

/** Prints the packages that were loaded. */
const WATCHING = `
  import { registerHooks } from 'node:module';
  const packages = new Set();
  registerHooks({
    load(url, context, next) {
      const [, inside] = url.split('/node_modules/');
      if (inside !== undefined) packages.add(inside.split('/')[0]);
      return next(url, context);
    },
  });
  process.on('exit', () => console.error([...packages].join(' ')));
`;

describe('before it knows which command runs', () => {
  it.each(['--version', '--help'])('redrill loads nothing but commander (%s)', (option) => {
    const hook = pathToFileURL(join(folderWith({ 'hook.mjs': WATCHING }), 'hook.mjs')).href;
    const { stderr, status } = spawnSync(process.execPath, ['--import', hook, REDRILL, option], {
      encoding: 'utf8',
    });
    expect({ stderr, status }).toEqual({ stderr: 'commander\n', status: 0 });
  });
});
