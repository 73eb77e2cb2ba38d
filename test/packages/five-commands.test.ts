import { beforeAll, describe, expect, test } from 'vitest';
import { startAccount } from './five-commands.ts';
import { builtPackages, Installation } from './installation.ts';

let installed: Installation;
beforeAll(() => {
  installed = new Installation(builtPackages());
  return () => installed.remove();
});

describe('an empty folder', () => {
  test('has a verified recovery point after five commands: install, local up, init, deploy, backup', async () => {
    const account = await startAccount(installed);
    const type = (...words: readonly string[]) =>
      installed.run(process.execPath, [installed.command, ...words], {
        also: { ...account.environment, REDRILL_LOOK_EVERY_MS: '200' },
      });
    try {
      const places = ['--source', 'eu-west-1', '--vault', 'eu-central-1', '--email', 'you@example.com'];
      const initialised = await type('init', ...places, '--yes');
      expect(initialised).toMatchObject({ status: 0, out: expect.stringContaining('npx redrill deploy') });
      const deployed = await type('deploy', '--yes');
      expect(deployed).toMatchObject({ status: 0, out: expect.stringContaining('all well') });
      const backedUp = await type('backup', 'sessions');
      expect(backedUp).toMatchObject({ status: 0, out: expect.stringContaining('VERIFIED') });
      const read = await type('verify', 'sessions/latest');
      expect(read).toMatchObject({ status: 0, out: expect.stringMatching(/^SOUND/) });
    } finally {
      await account.close();
    }
  });
});
