import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { startNode } from './node.ts';
import { freePort } from './ports.ts';
import type { ServerBinary } from './server-binary.ts';
import { parseSlots, type SlotRange } from './slots.ts';

/**
 * The hash slots that the keys of an RDB file fall into, asked of a real server: one that starts in cluster mode with
 * data, and knows no neighbours, takes exactly the slots of that data.
 * @throws NodeStartError when the file cannot be loaded
 */
export async function slotsInRdb(
  binary: ServerBinary,
  rdbFile: string,
  folder: string,
): Promise<readonly SlotRange[]> {
  const port = await freePort();
  const self = { id: randomBytes(20).toString('hex'), port, busPort: await freePort(), role: { slots: [] } };
  const node = await startNode({
    binary,
    folder,
    port,
    rdbFile,
    administratorPassword: randomBytes(24).toString('hex'),
    cluster: [self],
  });
  try {
    const reply = await node.control((redis) => redis.cluster('NODES'));
    return String(reply)
      .trim()
      .split(' ')
      .slice(8)
      .flatMap((range) => parseSlots(range) ?? []);
  } finally {
    await node.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
