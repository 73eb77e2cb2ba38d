import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { SOUND } from './files.ts';
import { folderWith, REDRILL, redrill } from './run.ts';

const ERASED = '\r\u001b[K';
const SCRIPT = '/usr/bin/script';
const hasTerminals = process.platform === 'linux' && existsSync(SCRIPT);

/** The command in a terminal, fed through a named pipe. */
function inTerminal(env: Readonly<Record<string, string>> = {}) {
  const folder = folderWith({});
  const child = spawn(
    SCRIPT,
    ['-qec', `mkfifo fifo; stty cols 70; '${process.execPath}' '${REDRILL}' verify fifo`, '/dev/null'],
    { cwd: folder, env: { PATH: process.env.PATH ?? '', TERM: 'xterm-256color', ...env } },
  );
  let shown = '';
  child.stdout.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
  });
  return {
    child,
    pipe: async () => {
      while (!existsSync(join(folder, 'fifo'))) await sleep(10);
      return createWriteStream(join(folder, 'fifo'));
    },
    shown: () => shown,
    until: async (text: string) => {
      while (!shown.includes(text)) await sleep(10);
    },
  };
}

describe.runIf(hasTerminals)('redrill verify in a terminal', () => {
  it('shows progress, erases it, and colours the verdict', async () => {
    const { child, pipe, shown, until } = inTerminal();
    const writer = await pipe();
    for (let at = 0; !shown().includes('read  '); at++) {
      writer.write(SOUND.subarray(at, at + 1));
      await sleep(50);
      if (shown().includes('read  ')) writer.end(SOUND.subarray(at + 1));
    }
    await until('Read deep in');
    await once(child, 'close');
    expect(shown()).toMatch(/\d+ B read {2}[\d.]+ B\/s {2}\d keys?/);
    expect(shown()).toContain(`${ERASED}\u001b[1m\u001b[32mSOUND`);
  });

  it('has no colours with NO_COLOR', async () => {
    const { child, pipe, shown } = inTerminal({ NO_COLOR: '1' });
    (await pipe()).end(SOUND);
    await once(child, 'close');
    // On a busy machine a line of progress was shown and erased before it.
    expect(shown().replaceAll(ERASED, '\n')).toMatch(/^SOUND {2}fifo/m);
    expect(shown().replaceAll(ERASED, '')).not.toContain('\u001b');
  });

  it('ends on Ctrl-C with 130 and an erased bar', async () => {
    const { child, pipe, shown } = inTerminal();
    const writer = await pipe();
    writer.on('error', () => {});
    for (let at = 0; !shown().includes('read  '); at++) {
      writer.write(SOUND.subarray(at, at + 1));
      await sleep(50);
    }
    child.stdin.write('\u0003');
    await once(child, 'close');
    expect(child.exitCode).toBe(130);
    expect(shown().endsWith(ERASED)).toBe(true);
    writer.destroy();
  });
});

describe('redrill verify where there is no terminal', () => {
  it('ends by SIGINT while it waits, and says nothing', async () => {
    const child = spawn(process.execPath, [REDRILL, 'verify', '-'], {
      env: { PATH: process.env.PATH ?? '' },
    });
    const closed = once(child, 'close');
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
    child.stdin.on('error', () => {});
    child.stdin.write(SOUND.subarray(0, 100));
    // By then it reads; before, SIGINT would simply end it.
    await sleep(3_000);
    child.kill('SIGINT');
    await closed;
    expect([child.signalCode, said]).toEqual(['SIGINT', '']);
  });

  it('does not mind a reader that has seen enough', async () => {
    const cwd = folderWith({ 'dump.rdb': SOUND });
    const child = spawn('sh', ['-c', `'${process.execPath}' '${REDRILL}' verify dump.rdb | head -c 1`], {
      cwd,
    });
    let complaint = '';
    child.stderr.on('data', (chunk) => (complaint += chunk));
    await once(child, 'close');
    expect(complaint).toBe('');
  });

  it('has no progress on stderr', async () => {
    const { stderr } = await redrill(['verify', '-'], { stdin: SOUND });
    expect(stderr).toBe('');
  });
});
