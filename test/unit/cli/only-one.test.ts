import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { onlyOneIn, refuseTakenPort } from '../../../cli/local/only-one.ts';
import { folderWith, redrill } from './run.ts';

/* A second `redrill local up` would empty the folder of the first, which goes on running and answers with errors. */

const newFolder = () => join(folderWith({}), 'up');

test('a folder in which a local AWS runs is not taken by another, and is free when it ends', () => {
  const folder = newFolder();
  const first = onlyOneIn(folder);
  expect(() => onlyOneIn(folder)).toThrow(`a local AWS is running in ${folder} (process ${process.pid})`);
  first[Symbol.dispose]();
  expect(existsSync(`${folder}.pid`)).toBe(false);
  onlyOneIn(folder)[Symbol.dispose]();
});

test('leftovers of a killed process do not block a new one', () => {
  const folder = newFolder();
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  writeFileSync(`${folder}.pid`, String(pid));
  using _taken = onlyOneIn(folder);
  expect(existsSync(`${folder}.pid`)).toBe(true);
});

test('redrill local up beside one that is running refuses, and touches nothing of it', async () => {
  const folder = newFolder();
  writeFileSync(`${folder}.pid`, String(process.pid));
  const { status, stdout, stderr } = await redrill(['local', 'up'], { env: { REDRILL_LOCAL_DIR: folder } });
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/^a local AWS is running in .*\nStop it with: npx redrill local down\./);
  expect(existsSync(folder)).toBe(false);
});

test('a port that something else listens to is named before half a minute of work', async () => {
  const server = await new Promise<Server>((listening) => {
    const made = createServer().listen(0, '127.0.0.1', () => listening(made));
  });
  const { port } = server.address() as { port: number };
  await expect(refuseTakenPort(port)).rejects.toThrow(`--port ${port} is in use; give another`);
  await new Promise((closed) => server.close(closed));
  await expect(refuseTakenPort(port)).resolves.toBeUndefined();
});
