import { readableSeconds } from '../model/duration.ts';
import { percentText } from '../model/percent.ts';
import { instantOf, readableSlot, type Slot } from '../model/slot.ts';
import { type Html, html } from './html.ts';

/** Figures as people read them. */

export function count(value: number): string {
  return value.toLocaleString('en-GB');
}

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'];

/** `16.7 MB`: decimal units. */
export function size(bytes: number): string {
  const step = bytes < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** step;
  return `${step === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${UNITS[step]}`;
}

/** `25 %`, `99.9 %`. */
export const percent = (share: number): string => percentText(share, { decimals: 1 });

/** `1 key`, `2 keys`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A length of time; one that was never measured is a dash. */
export function duration(seconds: number | undefined): string {
  if (seconds === undefined) return '–';
  return seconds > 0 && seconds < 9.95 ? `${seconds.toFixed(1)} s` : readableSeconds(seconds);
}

export function instant(iso: string): Html {
  return html`<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`;
}

export function slotTime(slot: Slot): Html {
  return html`<time datetime="${instantOf(slot).toISOString()}">${readableSlot(slot)}</time>`;
}
