import { AppError } from './errors.ts';
import { MINUTE_MS } from './time.ts';

declare const slotBrand: unique symbol;
/** One scheduled instant of a plan's cadence, UTC, to the minute: `20261121T060000Z`. */
export type Slot = string & { readonly [slotBrand]: true };

const FORM = /^\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3])[0-5]\d00Z$/;
/** Every month has them. */
const DAYS_OF_ANY_MONTH = 28;

/** The slot of an instant; seconds are cut off, because schedules fire on whole minutes. */
export function slotAt(instant: Date): Slot {
  const iso = new Date(Math.floor(instant.getTime() / MINUTE_MS) * MINUTE_MS).toISOString();
  return iso.replace(/[-:]/g, '').replace('.000', '') as Slot;
}

/** @throws AppError `BadSlot` unless `raw` is a real instant in the form `20261121T060000Z` */
export function parseSlot(raw: string): Slot {
  if (isSlot(raw)) return raw;
  throw new AppError('BadSlot', notASlot(raw));
}

/** What to tell of something that is not a slot. */
export function notASlot(raw: string): string {
  return `'${raw}' is not a slot; write it as 20261121T060000Z (UTC, to the minute)`;
}

/** Whether `raw` is a real instant in the form `20261121T060000Z`; the thirtieth of February is not. */
export function isSlot(raw: string): raw is Slot {
  if (!FORM.test(raw)) return false;
  const day = Number(raw.slice(6, 8));
  return day <= DAYS_OF_ANY_MONTH || new Date(msOf(raw)).getUTCDate() === day;
}

export function instantOf(slot: Slot): Date {
  return new Date(msOf(slot));
}

/** ms since the epoch of digits that stand where a slot has them. */
function msOf(text: string): number {
  const digits = (from: number, to: number) => Number(text.slice(from, to));
  return Date.UTC(digits(0, 4), digits(4, 6) - 1, digits(6, 8), digits(9, 11), digits(11, 13));
}

/** `2026-11-21 06:00 UTC`, for people. */
export function readableSlot(slot: Slot): string {
  return `${instantOf(slot).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
