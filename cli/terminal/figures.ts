import { DAY_SECONDS, HOUR_SECONDS, MINUTE_SECONDS } from '../../core/model/time.ts';
import type { KeyName } from '../../live/recover/progress.ts';

/** Figures as people read them. */

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** `1,234,567`, of a whole number. Without `toLocaleString`, whose first call takes 50 ms to load the languages. */
export const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/** `1 key`, `2 keys`. */
export const counted = (count: number, one: string, more = `${one}s`): string =>
  `${grouped(count)} ${count === 1 ? one : more}`;

/** `487.2 MB`: decimal units, as disks and S3 count. */
export function byteText(bytes: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), BYTE_UNITS.length - 1);
  return `${power === 0 ? bytes : (bytes / 1000 ** power).toFixed(1)} ${BYTE_UNITS[power]}`;
}

/** `45 s`, `12 min`, `3 h`, `17 d`: one unit, rounded; `less than 1 s`. */
export function spanText(seconds: number): string {
  if (seconds > 0 && seconds < 1) return 'less than 1 s';
  if (seconds < 2 * MINUTE_SECONDS) return `${Math.round(seconds)} s`;
  if (seconds < 2 * HOUR_SECONDS) return `${Math.round(seconds / MINUTE_SECONDS)} min`;
  if (seconds < 2 * DAY_SECONDS) return `${Math.round(seconds / HOUR_SECONDS)} h`;
  return `${grouped(Math.round(seconds / DAY_SECONDS))} d`;
}

/** `2026-11-21 06:37:12 UTC` */
export const instantText = (instant: Date): string =>
  `${instant.toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** What comes from a file may not steer the terminal. */
export const printable = (text: string): string =>
  text.replace(/\p{C}/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);

export const usdText = (usd: number): string => `${usd.toFixed(2)} USD`;

/** The name of a key: as text if it is text. */
export const keyNameText = (name: KeyName): string =>
  'text' in name ? JSON.stringify(printable(name.text)) : `base64 ${name.base64}`;
