import { join } from 'node:path';
import { LOCAL_FOLDER } from '../../demo/folders.ts';

export const DATA_DIR = process.env.REDRILL_LOCAL_DIR ?? join(LOCAL_FOLDER, 'up');
/** Where `redrill local up` takes the other commands. */
export const SOCKET = join(DATA_DIR, 'control.sock');
