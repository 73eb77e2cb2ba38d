/** Where `redrill ship --print` and the documents put the program on a host. */
export const HOST_PROGRAM = '/usr/local/lib/redrill-ship.mjs';
/** Ships the slot of now, on the host. */
export const SHIP_ONCE = `node ${HOST_PROGRAM} --once`;
