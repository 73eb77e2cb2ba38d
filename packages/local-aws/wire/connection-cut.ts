/**
 * The operation was done, and its answer shall not arrive: the `lost-reply` fault. Whoever dispatches the call throws
 * it; the endpoint then destroys the socket without writing a byte, which is what a client sees of a dropped connection.
 */
export class ConnectionCutError extends Error {
  constructor(what: string) {
    super(`the connection was cut before the answer to ${what}`);
    this.name = 'ConnectionCutError';
  }
}
