import type { SlotRange } from './slots.ts';
import type { RdbSummary } from './summary.ts';

/** What has to be known of a sound file before it is restored. The codes are stable. */
export interface RdbWarning {
  readonly code: 'StreamLength' | 'SlotImport' | 'KeyDbMemberExpiry';
  readonly message: string;
}

/** The AUX field by which KeyDB says when a member or field of the key before expires. */
const KEYDB_MEMBER_EXPIRY = 'keydb-subexpire-when';

export function warningsOf(summary: RdbSummary): readonly RdbWarning[] {
  return [...ofStreams(summary), ...ofSlots(summary), ...ofKeyDb(summary)];
}

function ofStreams({ streamsOfWrongLength: streams = 0 }: RdbSummary): readonly RdbWarning[] {
  if (streams === 0) return [];
  const what =
    streams === 1
      ? '1 stream records another number of entries than it holds'
      : `${streams} streams record another number of entries than they hold`;
  const message = `${what}, as betas of Redis 5.0 wrote them. Redis 5.0 to 8.6 and Valkey up to 8.1 load the file; Valkey 9.1 refuses it.`;
  return [{ code: 'StreamLength', message }];
}

function ofSlots({ slotImports, slots }: RdbSummary): readonly RdbWarning[] {
  if (slotImports.length === 0) return [];
  const listed = slotImports.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`));
  const held = slots?.ranges.reduce((sum, range) => sum + sharedBy(range, slotImports), 0);
  const keys =
    held === undefined
      ? 'Keys in these slots may still have belonged to another shard.'
      : `It holds keys in ${held} of these slots, which may still have belonged to another shard.`;
  const message = `The node was importing hash slots ${listed.join(', ')} when it wrote the file. ${keys}`;
  return [{ code: 'SlotImport', message }];
}

const sharedBy = (range: SlotRange, others: readonly SlotRange[]): number =>
  others.reduce(
    (sum, other) =>
      sum + Math.max(0, Math.min(range.last, other.last) - Math.max(range.first, other.first) + 1),
    0,
  );

function ofKeyDb({ aux }: RdbSummary): readonly RdbWarning[] {
  if (aux[KEYDB_MEMBER_EXPIRY] === undefined) return [];
  const message =
    'KeyDB wrote the file, with expiry times of single members or fields. Redis and Valkey ignore them, and so does the digest: a restored key keeps these members.';
  return [{ code: 'KeyDbMemberExpiry', message }];
}
