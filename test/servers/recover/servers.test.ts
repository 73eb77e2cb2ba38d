import { createServer } from 'node:net';
import { freePort } from '@redrill/local-aws/redis';
import { commandsOf, file, key, len, read, run, select, str } from '@redrill/rdb/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { RecoverOutput } from '../../../cli/recover/contract.ts';
import { fileOf, type ListeningServer, listening, runningHere } from './running.ts';

const LIBRARY = "#!lua name=two\nredis.register_function('g', function() return 2 end)";
const closing: (() => void)[] = [];
afterAll(() => {
  for (const close of closing) close();
});

async function recovered(dump: Uint8Array, { url }: ListeningServer, ...more: readonly string[]) {
  const words = ['recover', await fileOf(dump), '--into', url, '--apply', '--json', ...more];
  const { stdout, stderr } = await runningHere(words);
  if (stdout === '') throw new Error(stderr);
  return RecoverOutput.parse(JSON.parse(stdout));
}

const contentOf = async (server: ListeningServer) => read(await server.save()).digest?.total;

describe('what a server makes of what it is sent', () => {
  it('the same content, though nothing is packed or compressed in the file', async () => {
    const options = ['--hash-max-listpack-entries', '0', '--zset-max-listpack-entries', '0'];
    const unpacked = await listening(...options, '--list-max-listpack-size', '1', '--rdbcompression', 'no');
    await run(unpacked.client, commandsOf(Date.now() + 86_400_000));
    const target = await listening();
    await recovered(await unpacked.save(), target);
    expect(await contentOf(target)).toBe(await contentOf(unpacked));
  });

  it.each([
    ['allkeys-lfu', 'FREQ', [249, 77], 77, 78],
    ['allkeys-lru', 'IDLETIME', [248, ...len(5000)], 5000, 5060],
  ] as const)('%s: how often or how recently keys were used (%s)', async (...used) => {
    const [policy, subcommand, opcode, least, below] = used;
    const target = await listening('--maxmemory-policy', policy, '--lfu-decay-time', '0');
    const { written } = await recovered(file('REDIS0010', opcode, key(0, 'used', str('v'))), target);
    const told = Number(await target.client.call('OBJECT', subcommand, 'used'));
    expect(written).toBe(1);
    expect(told).toBeGreaterThanOrEqual(least);
    expect(told).toBeLessThan(below);
  });

  it('libraries in place of older ones of the same name', async () => {
    const target = await listening();
    const dump = file('REDIS0010', [245], str(LIBRARY), key(0, 'k', str('v')));
    for (let time = 0; time < 2; time++) {
      const output = await recovered(dump, target, '--mode', 'overwrite');
      expect(output).toMatchObject({ written: 1, functions: { written: 1, refused: 0 } });
    }
    expect(await target.client.call('FCALL', 'g', '0')).toBe(2);
  });
});

describe('stops the work', () => {
  it('a database that the cache does not have: nothing after it is written into another one', async () => {
    const target = await listening('--databases', '1');
    const dump = file('REDIS0010', key(0, 'a', str('v')), select(3), key(0, 'b', str('v')));
    await expect(recovered(dump, target)).rejects.toThrow(
      /refuses: ERR DB index is out of range, asked for database 3/,
    );
    expect(await target.client.keys('*')).toEqual(['a']);
  });

  it('a node of a cluster that serves no slot', async () => {
    const target = await listening('--cluster-enabled', 'yes');
    const dump = file('REDIS0010', key(0, 'a', str('v')));
    await expect(recovered(dump, target)).rejects.toThrow('CLUSTERDOWN');
  });

  it('what answers in another language', async () => {
    const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    closing.push(() => server.close());
    const words = ['--into', `redis://127.0.0.1:${port}`, '--apply'];
    const { stderr, status } = await runningHere(['recover', await fileOf(file('REDIS0010')), ...words]);
    expect(stderr).toContain(
      `127.0.0.1:${port} cannot be reached: expected the replies of a Redis or Valkey`,
    );
    expect(status).toBe(2);
  });
});
