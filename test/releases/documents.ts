import type * as z from 'zod';
import { confirmed } from '../../core/contracts/confirmed.ts';
import { drillHistory, drillReport } from '../../core/contracts/drill.ts';
import { exportSeal } from '../../core/contracts/export.ts';
import { firstSeen } from '../../core/contracts/first-seen.ts';
import { fleet } from '../../core/contracts/fleet.ts';
import { noticeMemory } from '../../core/contracts/notices.ts';
import {
  ingestedMarker,
  recordDigest,
  recoveryPoint,
  registryEntry,
  shardFinding,
  verifiedMarker,
} from '../../core/contracts/recovery-point.ts';
import { restoreBegun } from '../../core/contracts/restore.ts';
import { discovery, sourceSight } from '../../core/contracts/source-sight.ts';
import type { BucketName } from './stored-versions.ts';

/** Every kind of JSON document that an installation stores: where it lies, and its contract. */
export const DOCUMENTS: Readonly<
  Record<string, { readonly bucket: BucketName; readonly key: RegExp; readonly contract: z.ZodType }>
> = {
  seal: { bucket: 'landing', key: /^[^/]+\.export\.json$/, contract: exportSeal },
  'verified marker': { bucket: 'landing', key: /^verified\//, contract: verifiedMarker },
  discovery: { bucket: 'landing', key: /^watch\/discovered\.json$/, contract: discovery },
  'confirmed in the source': { bucket: 'landing', key: /^watch\/confirmed\.json$/, contract: confirmed },
  finding: { bucket: 'vault', key: /\/shard-\d{4}\.json$/, contract: shardFinding },
  record: { bucket: 'vault', key: /\/recovery-point\.json$/, contract: recoveryPoint },
  'digest of a record': { bucket: 'vault', key: /\/recovery-point\.digest\.json$/, contract: recordDigest },
  'registry entry': { bucket: 'vault', key: /^registry\//, contract: registryEntry },
  'ingested marker': { bucket: 'vault', key: /^ingested\//, contract: ingestedMarker },
  'drill report': { bucket: 'vault', key: /^reports\/[^/]+\/\d{8}T\d{6}Z\.json$/, contract: drillReport },
  'drill history': { bucket: 'vault', key: /^reports\/[^/]+\/history\.json$/, contract: drillHistory },
  fleet: { bucket: 'vault', key: /^reports\/index\.json$/, contract: fleet },
  'source sight': { bucket: 'staging', key: /^watch\/source\.json$/, contract: sourceSight },
  'first seen': { bucket: 'staging', key: /^watch\/first-seen\.json$/, contract: firstSeen },
  confirmed: { bucket: 'staging', key: /^watch\/confirmed\.json$/, contract: confirmed },
  notices: { bucket: 'staging', key: /^watch\/notices-[a-z-]+\.json$/, contract: noticeMemory },
  'begun restore': { bucket: 'staging', key: /^restores\/.+\/begun\.json$/, contract: restoreBegun },
};
