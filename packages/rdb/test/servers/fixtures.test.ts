import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, it } from 'vitest';
import { COUNTS, serverWithData } from '../../fixtures/make.ts';
import { read } from '../../testing/build.ts';

const fixture = new URL('../../fixtures/redis-7.0.15.rdb', import.meta.url);

/** Every server program of this machine, of whichever version; Debian's checkers are servers under another name. */
const programs = ['valkey-server', 'redis-server', 'valkey-check-rdb', 'redis-check-rdb'].flatMap((name) =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .filter((path) => existsSync(path))
    .slice(0, 1),
);

it.each(programs)('%s saves the data of the fixtures with their digest', async (program) => {
  const server = await serverWithData(program);
  try {
    const summary = read(await server.save());
    expect(summary).toMatchObject(COUNTS);
    expect(summary.digest?.total).toBe(read(readFileSync(fixture)).digest?.total);
  } finally {
    await server.stop();
  }
});
