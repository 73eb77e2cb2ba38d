import { AppError } from './errors.ts';

declare const slotBrand: unique symbol;
/** One scheduled instant of a plan's cadence, UTC, to the minute: `20261121T060000Z`. */
export type Slot = string & { readonly [slotBrand]: true };

const FORM = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})00Z$/;

/** The slot of an instant; seconds are cut off, because schedules fire on whole minutes. */
export function slotAt(instant: Date): Slot {
  const iso = new Date(Math.floor(instant.getTime() / 60_000) * 60_000).toISOString();
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
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = FORM.exec(raw)?.slice(1).map(Number) ?? [];
  if (hour > 23 || minute > 59) return false;
  const instant = new Date(Date.UTC(year, month - 1, day));
  return instant.getUTCDate() === day && instant.getUTCMonth() === month - 1;
}

export function instantOf(slot: Slot): Date {
  const [, year, month, day, hour, minute] = FORM.exec(slot) ?? [];
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:00.000Z`);
}

/** `2026-11-21 06:00 UTC`, for people. */
export function readableSlot(slot: Slot): string {
  return `${instantOf(slot).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
