import { invalidValue } from './refusals.ts';

/** Both are of UTC: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html */
const TIME = '(?:[01]\\d|2[0-3]):[0-5]\\d';
const DAY = '(?:sun|mon|tue|wed|thu|fri|sat)';
const SNAPSHOT_WINDOW = new RegExp(`^${TIME}-${TIME}$`);
const MAINTENANCE_WINDOW = new RegExp(`^${DAY}:${TIME}-${DAY}:${TIME}$`);

export function snapshotWindowOf(given: string): string {
  if (SNAPSHOT_WINDOW.test(given)) return given;
  throw invalidValue(`SnapshotWindow '${given}' is not of the form hh24:mi-hh24:mi`);
}

export function maintenanceWindowOf(given: string): string {
  if (MAINTENANCE_WINDOW.test(given)) return given;
  throw invalidValue(`PreferredMaintenanceWindow '${given}' is not of the form ddd:hh24:mi-ddd:hh24:mi`);
}
