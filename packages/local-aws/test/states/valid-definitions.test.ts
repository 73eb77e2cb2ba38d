import { mkdtempSync, rmSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { rememberValid } from '../../model/states/valid-definitions.ts';

// In this order: where compiled code is kept is told to a process once.
test('a definition is validated once where compiled code is kept, every time elsewhere, and always while it is not valid', () => {
  const validate = vi.fn();
  for (let time = 0; time < 2; time++) rememberValid('{"a":1}', validate);
  expect(validate).toHaveBeenCalledTimes(2);

  const folder = mkdtempSync(join(tmpdir(), 'redrill-asl-'));
  try {
    enableCompileCache(folder);
    for (let time = 0; time < 2; time++) rememberValid('{"a":1}', validate);
    expect(validate).toHaveBeenCalledTimes(3);
    rememberValid('{"a":2}', validate);
    expect(validate).toHaveBeenCalledTimes(4);
    const refuse = () => {
      throw new Error('not valid');
    };
    for (let time = 0; time < 2; time++) expect(() => rememberValid('{"a":3}', refuse)).toThrow('not valid');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
