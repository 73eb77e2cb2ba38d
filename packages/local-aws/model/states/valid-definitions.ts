import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import path from 'node:path';

/** Another version may find other definitions valid. */
const VALIDATOR: string = createRequire(import.meta.url)('asl-validator/package.json').version;

/**
 * Validates a definition, unless the same text was found valid before. The first validation of a process compiles a JSON
 * schema for 0.6 s, which is half of a deployment; so where this process keeps compiled code on disk, what was valid is
 * remembered beside it. @param validate throws if it is not
 */
export function rememberValid(text: string, validate: () => void): void {
  const cache = module.getCompileCacheDir?.();
  const key = createHash('sha256').update(VALIDATOR).update(text).digest('hex');
  const known = cache && path.join(cache, `asl-${key}`);
  if (known && existsSync(known)) return;
  validate();
  if (cache === undefined || known === undefined) return;
  mkdirSync(cache, { recursive: true });
  writeFileSync(known, '');
}
