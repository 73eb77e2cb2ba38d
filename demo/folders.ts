import { homedir } from 'node:os';
import { extname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
/** A checkout runs its sources; an installed package is JavaScript. */
const isCheckout = extname(import.meta.filename) === '.ts';

/** Where the demo writes: `out/local` of a checkout; of a package, a cache folder of the user, as npm owns its own. */
export const LOCAL_FOLDER = isCheckout
  ? join(ROOT, 'out/local')
  : join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'redrill/local');

/** Where the demo's cloud assembly goes. */
export const ASSEMBLY_FOLDER = isCheckout ? join(ROOT, 'cdk.out') : join(LOCAL_FOLDER, 'cdk.out');

/** The program that synthesises the stacks. */
export const SYNTHESIS = join(ROOT, `bin/app${extname(import.meta.filename)}`);
