/** Units of time. */

export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

export const MINUTE_SECONDS = 60;
export const HOUR_SECONDS = 60 * MINUTE_SECONDS;
export const DAY_SECONDS = 24 * HOUR_SECONDS;

/** The number of the UTC day in which an instant lies, counted from the epoch. @param ms since the epoch */
export const dayNumber = (ms: number): number => Math.floor(ms / DAY_MS);
