/**
 * What every command exits with. 1 is only ever for what was found, never for why nothing could be. A command that is
 * interrupted ends by the signal, which is 130 to a shell.
 */
export const ExitStatus = {
  /** Done, and all is well. */
  good: 0,
  /** Done, and something is wrong with what was looked at. */
  bad: 1,
  /** Not done: called wrongly, not supported, not there, not allowed, not reachable. */
  notDone: 2,
} as const;
