/** Executions take minutes; a look every few seconds costs nothing. */
export const LOOK_EVERY_MS = 3_000;
