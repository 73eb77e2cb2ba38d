import { createRequire } from 'node:module';

/** Not imported: an import reads every member at once, and that is what loads undici. */
const http: object = createRequire(import.meta.url)('node:http');

/** What `node:http` takes from undici, loaded with the first import of the module: some 20 ms of the 145 until a function is ready. */
const FROM_UNDICI = ['WebSocket', 'CloseEvent', 'MessageEvent'];

/**
 * Keeps undici unloaded until a function calls `fetch`. No function of Redrill uses these members of `node:http`; one that
 * does fails with an error that says so. `fetch` and the globals of the same names stay as they are.
 */
export function leaveUndiciUnloaded(): void {
  for (const name of FROM_UNDICI) {
    const value = class {
      constructor() {
        throw new Error(`the local AWS does not offer ${name} of node:http; use the global one`);
      }
    };
    Object.defineProperty(http, name, { value, configurable: true, enumerable: true, writable: true });
  }
}
