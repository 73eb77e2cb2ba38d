import { createHash } from 'node:crypto';
import type { Readings } from '../../readings.ts';
import { DAY_MS } from './object.ts';

const LONGEST_LAG_DAYS = 3;

/**
 * How long after the midnight at which a rule has an object due S3 acts on it.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html
 * @returns whole days, in ms
 */
export function lifecycleLagMs(reading: Readings['lifecycle-lag'], bucket: string, key: string): number {
  if (reading === 'at-midnight') return 0;
  if (reading === 'days-late') return LONGEST_LAG_DAYS * DAY_MS;
  const drawn = createHash('sha256').update(`${bucket}/${key}`).digest().readUInt8();
  return (drawn % (LONGEST_LAG_DAYS + 1)) * DAY_MS;
}
