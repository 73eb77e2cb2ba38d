import type { ProtectedPlan } from '../../core/contracts/plan.ts';
import type { RegistryEntry } from '../../core/contracts/recovery-point.ts';
import { readableSeconds, secondsOf } from '../../core/model/duration.ts';
import { readableSlot } from '../../core/model/slot.ts';
import type { ExplainedPoint } from '../../core/retention/explain-points.ts';
import { counted } from '../terminal/figures.ts';
import { labelled } from '../terminal/page.ts';

interface Told {
  readonly entry: RegistryEntry;
  readonly plan: ProtectedPlan | undefined;
  /** Newest first. */
  readonly points: readonly ExplainedPoint[];
  readonly bucket: string;
}

export function forgottenText({ entry, plan, points, bucket }: Told): string {
  const { cache } = entry;
  return [
    `${cache} is forgotten: Redrill no longer watches it.`,
    ...labelled([
      ['was', `protected since ${entry.registeredAt.slice(0, 10)}, on plan ${entry.plan}`],
      ...watching(plan).map((what, at) => [at === 0 ? 'ends' : '', what] as const),
      ['stays', staying(points, bucket)],
      ['undo', `npx redrill forget ${cache} --undo; the next backup of it undoes it too`],
    ]),
  ].join('\n');
}

export function watchedAgainText({ entry, plan }: Told): string {
  return [
    `${entry.cache} is watched again.`,
    ...labelled(watching(plan).map((what, at) => [at === 0 ? 'on' : '', what] as const)),
  ].join('\n');
}

/** What watching a cache on the plan comes to. */
function watching(plan: ProtectedPlan | undefined): readonly string[] {
  if (plan === undefined) return ['its line in `redrill status` and on the vault’s page'];
  return [
    `alerts when its newest verified copy is older than ${readableSeconds(secondsOf(plan.rpo))}, which also hold back the heartbeat`,
    `${plan.drill.schedule} drills, and alerts when they fail`,
    'its line in `redrill status` and on the vault’s page',
  ];
}

function staying(points: readonly ExplainedPoint[], bucket: string): string {
  const [newest, oldest] = [points[0]?.point, points.at(-1)?.point];
  if (newest === undefined || oldest === undefined) return 'nothing: it has no recovery points';
  const ends = points
    .flatMap(({ expiresFrom }) => expiresFrom ?? [])
    .sort((one, other) => Number(one) - Number(other));
  const first = ends[0]?.toISOString().slice(0, 10);
  const expiring = first === undefined ? '' : `, ${ends.length} until S3 expires them from ${first} on`;
  return (
    `${counted(points.length, 'recovery point')}, of ${readableSlot(oldest.slot)} to ${readableSlot(newest.slot)}, in s3://${bucket}: ` +
    `${points.length - ends.length} for ever${expiring}`
  );
}
