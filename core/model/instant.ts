const EXTENDED = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(?:\.\d+)?\s?(Z|UTC|[+-]\d\d:\d\d)?)?$/i;
const BASIC = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)?Z$/;

/**
 * An instant as people write it: `2026-11-21T06:00Z`, `2026-11-21 06:00:30`, `2026-11-21T07:00+01:00`, `20261121T0600Z`, or
 * a day, which is its midnight. Without a zone it is UTC, as everything in the vault is. Undefined for anything else.
 */
export function instantIn(text: string): Date | undefined {
  const [, year, month, date, hour, minute, second] = BASIC.exec(text) ?? [];
  const [, day = `${year}-${month}-${date}`, time = `${hour ?? '00'}:${minute ?? '00'}`, seconds, zone] =
    EXTENDED.exec(text) ?? [];
  const offset = zone === undefined || /^utc$/i.test(zone) ? 'Z' : zone.toUpperCase();
  const instant = new Date(`${day}T${time}${seconds ?? `:${second ?? '00'}`}${offset}`);
  return isReal(instant, day) ? instant : undefined;
}

/** The thirtieth of February is none, although `Date` takes it for the second of March. */
function isReal(instant: Date, day: string): boolean {
  if (Number.isNaN(instant.getTime())) return false;
  const midnight = new Date(`${day}T00:00:00Z`);
  return midnight.toISOString().startsWith(day);
}

/** `2026-11-21 06:00 UTC`, and the seconds if there are any. */
export function readableInstant(instant: Date): string {
  const seconds = instant.getUTCSeconds() === 0 ? 16 : 19;
  return `${instant.toISOString().slice(0, seconds).replace('T', ' ')} UTC`;
}
