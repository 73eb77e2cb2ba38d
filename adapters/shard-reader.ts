import { createHash } from 'node:crypto';
import type { Reason, ShardContent } from '../core/contracts/recovery-point.ts';
import { UNSUPPORTED } from '../core/decide/assess-content.ts';
import { Crc64, RdbError, RdbReader, type RdbSummary } from '../rdb/index.ts';

export type ShardReading =
  | { readonly sound: true; readonly content: ShardContent; readonly digest: Uint8Array }
  | { readonly sound: false; readonly problem: Reason };

/**
 * Reads an RDB file once, in constant memory: its structure, every element, its own checksum, the content digest, and
 * the checksums of its bytes. A file that is not sound is a finding; what the storage throws is thrown.
 */
export async function readShard(chunks: AsyncIterable<Uint8Array>): Promise<ShardReading> {
  const reader = new RdbReader({ depth: 'deep' });
  const sha256 = createHash('sha256');
  const crc64nvme = new Crc64('nvme');
  for await (const chunk of chunks) {
    sha256.update(chunk);
    crc64nvme.update(chunk);
    const problem = problemOf(() => reader.write(chunk));
    if (problem !== undefined) return { sound: false, problem };
  }
  let summary: RdbSummary | undefined;
  const problem = problemOf(() => {
    summary = reader.end();
  });
  if (problem !== undefined) return { sound: false, problem };
  if (summary?.digest === undefined) throw new Error('a deep reading has no digest');
  return {
    sound: true,
    content: contentOf(summary, sha256.digest('hex'), base64(crc64nvme.digest())),
    digest: summary.digest.toBytes(),
  };
}

function problemOf(read: () => void): Reason | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof RdbError)
      return { code: error.unsupported ? UNSUPPORTED : error.code, message: error.message };
    throw error;
  }
}

function contentOf(summary: RdbSummary, sha256: string, crc64nvme: string): ShardContent {
  return {
    bytes: summary.bytes,
    sha256,
    crc64nvme,
    rdb: {
      engine: summary.engine,
      version: summary.rdbVersion,
      crc64: summary.crc64,
      ...(summary.createdAtSeconds === undefined ? {} : { createdAtSeconds: summary.createdAtSeconds }),
    },
    keys: summary.keys,
    byType: { ...summary.byType },
    byDatabase: { ...summary.byDatabase },
    withExpiry: summary.withExpiry,
    elements: summary.elements ?? 0,
    functions: summary.functions,
    opaqueKeys: summary.opaqueKeys,
    keySlots: (summary.slots?.ranges ?? [])
      .map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`))
      .join(','),
    digest: summary.digest?.total ?? '',
  };
}

/** As S3 writes checksums: the eight bytes, most significant first. */
function base64(value: bigint): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes.toString('base64');
}
