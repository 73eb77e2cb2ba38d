import type { ExportSeal } from '../contracts/export.ts';
import { KEY_TYPES } from '../contracts/fields.ts';
import type { ContentGate } from '../contracts/plan.ts';
import type {
  ContentLoss,
  ContentTotals,
  Reason,
  ShardContent,
  ShardFinding,
} from '../contracts/recovery-point.ts';
import type { Topology } from '../contracts/topology.ts';
import { HASH_SLOTS } from '../model/limits.ts';
import { instantOf, type Slot } from '../model/slot.ts';
import { coversOnce, liesWithin, parseSlotRanges } from '../model/slot-ranges.ts';
import { HOUR_MS } from '../model/time.ts';
import type { Verdict } from '../model/verdict.ts';
import { warningsOf } from './content-warnings.ts';
import { lossOf } from './explain-loss.ts';
import { type GateHistory, suspicionsOf } from './gate-content.ts';
import { shardsOf } from './match-shards.ts';
import { settingsChanged } from './settings-changed.ts';
import { slotGap } from './slot-gap.ts';

export interface Assessment {
  readonly verdict: Verdict;
  /** Why it is not verified; and, on a verified one, what a reader should know. */
  readonly reasons: readonly Reason[];
  readonly totals: ContentTotals;
  /** Of what has shrunk: since when. */
  readonly loss?: ContentLoss;
}

/** What is known beside the seal and its files. */
export interface Surroundings {
  /** Slots of which the vault has a copy. @default all that the history knows */
  readonly kept?: ReadonlySet<Slot>;
  /** Keys of files that belong to the export and that the seal does not list. @default none */
  readonly unsealed?: readonly string[];
  /** The topology in the newest verified copy of a server before this one. @default there is none, or it is no server */
  readonly before?: Topology | undefined;
}

/** The code of a finding whose file is in a format, or holds a type, that Redrill cannot read. */
export const UNSUPPORTED = 'Unsupported';

/** How far the server's clock may be behind ours before its snapshot counts as an old one. */
const CLOCK_SKEW_MS = HOUR_MS;

/** The verdict on an export: what each shard's file has shown, against its seal and the cache's recent points. */
export function assessContent(
  seal: ExportSeal,
  findings: readonly ShardFinding[],
  history: GateHistory,
  gate: ContentGate,
  { kept, unsealed = [], before }: Surroundings = {},
): Assessment {
  const totals = totalsOf(findings);
  const broken = [
    ...shardProblems(seal, findings),
    ...slotProblems(seal, findings),
    ...staleness(seal, findings),
    ...unsealed.map((key) => ({
      code: 'ShardMissing',
      message: `${key} was exported after the seal was written, and was not copied into the vault`,
    })),
  ];
  // A format that this version cannot read is not damage, and nothing that was not read is verified.
  const unread = broken.length > 0 && broken.every(({ code }) => code === UNSUPPORTED);
  if (broken.length > 0) return { verdict: unread ? 'suspect' : 'corrupt', reasons: broken, totals };
  const gap = slotGap(seal, findings);
  if (gap.length > 0) return { verdict: 'suspect', reasons: gap, totals };
  const odd = suspicionsOf(seal.slot, totals, history, gate);
  if (odd.length > 0) {
    const reasons = odd.map(({ code, message }) => ({ code, message }));
    const loss = lossOf({ slot: seal.slot, totals }, odd, { history, gate, kept });
    return { verdict: 'suspect', reasons, totals, ...(loss && { loss }) };
  }
  const reasons = [
    ...notices(findings),
    ...warningsOf(seal.slot, totals, history, gate),
    ...settingsChanged(seal.topology, before),
  ];
  return { verdict: 'verified', reasons, totals };
}

function shardProblems(seal: ExportSeal, findings: readonly ShardFinding[]): readonly Reason[] {
  return seal.shards.flatMap(({ shard, bytes }): readonly Reason[] => {
    const finding = findings.find((each) => each.shard === shard);
    if (finding === undefined)
      return [{ code: 'ShardMissing', message: `shard ${shard} was not copied into the vault` }];
    if (!finding.sound)
      return [{ code: finding.problem.code, message: `shard ${shard}: ${finding.problem.message}` }];
    if (finding.content.bytes === bytes) return [];
    return [
      {
        code: 'SizeDiffers',
        message: `shard ${shard} has ${finding.content.bytes} bytes in the vault, ${bytes} were exported`,
      },
    ];
  });
}

/** With cluster mode on, the shards serve all slots once, and each file holds keys of its own slots only. */
function slotProblems(seal: ExportSeal, findings: readonly ShardFinding[]): readonly Reason[] {
  // Nothing tells which slots a file of a serverless cache was to have.
  if (!seal.topology.clusterMode || seal.kind === 'serverless') return [];
  const shards = shardsOf(seal, findings);
  const served = shards.flatMap(({ slots }) => parseSlotRanges(slots ?? ''));
  if (!coversOnce(served, HASH_SLOTS)) {
    return [
      {
        code: 'SlotsIncomplete',
        message: `the shards do not serve each of the ${HASH_SLOTS} hash slots exactly once`,
      },
    ];
  }
  return findings.flatMap((finding): readonly Reason[] => {
    const own = parseSlotRanges(shards.find(({ shard }) => shard === finding.shard)?.slots ?? '');
    if (!finding.sound || liesWithin(parseSlotRanges(finding.content.keySlots), own)) return [];
    return [
      {
        code: 'ForeignKeys',
        message: `shard ${finding.shard} holds keys of hash slots that another shard serves`,
      },
    ];
  });
}

function staleness(seal: ExportSeal, findings: readonly ShardFinding[]): readonly Reason[] {
  const due = instantOf(seal.slot).getTime();
  return findings.flatMap((finding): readonly Reason[] => {
    const created = finding.sound ? finding.content.rdb.createdAtSeconds : undefined;
    if (created === undefined || created * 1000 >= due - CLOCK_SKEW_MS) return [];
    const age = new Date(created * 1000).toISOString();
    return [
      {
        code: 'Stale',
        message: `shard ${finding.shard} was written at ${age}, before the slot ${seal.slot}`,
      },
    ];
  });
}

function notices(findings: readonly ShardFinding[]): readonly Reason[] {
  return [
    ...notice(findings, ({ rdb }) => rdb.crc64 !== 'valid', {
      code: 'ChecksumAbsent',
      message: (shards) =>
        `no checksum in the file of shard ${shards}: its structure was checked, but flipped bits in values would not show`,
    }),
    ...notice(findings, ({ duplicates }) => duplicates === 'not-compared', {
      code: 'DuplicatesNotCompared',
      message: (shards) =>
        `shard ${shards} has too many keys or members to compare them all: one that occurs twice, with which no server starts, would show only in a drill`,
    }),
  ];
}

function notice(
  findings: readonly ShardFinding[],
  applies: (content: ShardContent) => boolean,
  { code, message }: { readonly code: string; readonly message: (shards: string) => string },
): readonly Reason[] {
  const those = findings.filter((finding) => finding.sound && applies(finding.content));
  return those.length === 0 ? [] : [{ code, message: message(those.map(({ shard }) => shard).join(', ')) }];
}

export function totalsOf(findings: readonly ShardFinding[]): ContentTotals {
  const sound = findings.flatMap((finding) => (finding.sound ? [finding.content] : []));
  const total = (pick: (content: (typeof sound)[number]) => number) =>
    sound.reduce((all, each) => all + pick(each), 0);
  const byType = Object.fromEntries(
    KEY_TYPES.map((type) => [type, total((content) => content.byType[type])]),
  );
  const bytes = total((content) => content.bytes);
  const isKnown = bytes > 0 && sound.every(({ entropy }) => entropy !== undefined);
  const entropy = total((content) => (content.entropy ?? 0) * content.bytes) / bytes;
  return {
    keys: total(({ keys }) => keys),
    bytes,
    withExpiry: total(({ withExpiry }) => withExpiry),
    byType: byType as ContentTotals['byType'],
    ...(isKnown && { entropy: Math.round(entropy * 100) / 100 }),
  };
}
