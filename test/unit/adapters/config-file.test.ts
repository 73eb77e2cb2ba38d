import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CONFIG_FILES, configFileIn, loadConfig } from '../../../adapters/files/config-file.ts';
import { makeConfigFile } from '../../../adapters/files/new-config-file.ts';
import { folderWith } from '../cli/run.ts';
import { redrillHere } from '../cli/run-here.ts';

describe('the configuration of a folder', () => {
  test.each(CONFIG_FILES)('is %s, if that is the only one', (name) => {
    const folder = folderWith({ [name]: '', 'redrill.config.json': '', 'other.config.ts': '' });
    expect(configFileIn(folder)).toBe(join(folder, name));
  });

  test('that has none is refused with the command that writes one', async () => {
    const cwd = folderWith({});
    const { stderr, status } = await redrillHere(['plan'], { cwd });
    expect(stderr.split('\n')).toEqual([
      `${cwd} has no configuration: redrill.config.ts, .mts, .mjs or .js`,
      'Write one with: npx redrill init. If there is one, run the command in its folder, or name it with --config.',
      '',
    ]);
    expect(status).toBe(2);
  });

  test('that has two is refused with both names', async () => {
    const cwd = folderWith({ 'redrill.config.mjs': '', 'redrill.config.ts': '' });
    const { stderr, status } = await redrillHere(['status'], { cwd });
    expect(stderr.split('\n')).toEqual([
      `${cwd} has more than one configuration: redrill.config.ts, redrill.config.mjs`,
      'Delete all but the one that is deployed, or name that one with --config.',
      '',
    ]);
    expect(status).toBe(2);
  });
});

describe('a new configuration', () => {
  const WRONG = "export default { source: { region: 'west' } };";

  test('that cannot be loaded is not left behind', async () => {
    const folder = folderWith({});
    const [file, temporary] = [join(folder, 'redrill.config.mjs'), join(folder, '.redrill.mjs')];
    await expect(makeConfigFile(file, { text: WRONG, temporary, prove: loadConfig })).rejects.toThrow(
      "'west' is not a region",
    );
    expect(() => configFileIn(folder)).toThrow('has no configuration');
  });
});
