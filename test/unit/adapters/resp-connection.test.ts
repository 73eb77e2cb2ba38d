import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { RespConnection } from '../../../adapters/redis/resp-connection.ts';

let server: Server | undefined;
const sockets: Socket[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server?.close();
});

/** A server that answers every chunk with what `answer` says; undefined closes the connection. */
async function serving(answer: (said: string) => string | undefined): Promise<number> {
  const made = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      const reply = answer(chunk.toString());
      if (reply === undefined) socket.destroy();
      else socket.write(reply);
    });
  });
  server = made;
  await new Promise<void>((listening) => {
    made.listen(0, '127.0.0.1', listening);
  });
  const address = made.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

const open = (port: number, password?: string) =>
  RespConnection.open({
    host: '127.0.0.1',
    port,
    tls: false,
    ...(password === undefined ? {} : { password }),
  });

const unreachable = (message: string) => ({
  code: 'RestoreUnreachable',
  message: expect.stringContaining(message),
});

describe('RespConnection', () => {
  it('gives replies as values, nested ones too, each to whom it is for', async () => {
    const port = await serving((said) =>
      said.includes('PING') ? '+PONG\r\n' : '*2\r\n*0\r\n*3\r\n:1\r\n$-1\r\n$2\r\nab\r\n*-1\r\n'.repeat(1),
    );
    const connection = await open(port);
    const [first, second] = await Promise.all([connection.call('ONE'), connection.call('TWO')]);
    expect(first).toEqual([[], [1, undefined, Buffer.from('ab')]]);
    expect(second).toBeUndefined();
    connection.close();
  });

  it('gives replies to keep: the next ones do not write over them', async () => {
    let asked = 0;
    const port = await serving(() => (asked++ === 0 ? '+PONG\r\n' : `$3\r\n${`${asked}`.repeat(3)}\r\n`));
    const connection = await open(port);
    const first = await connection.call('GET', 'one');
    const second = await connection.call('GET', 'two');
    expect([String(first), String(second)]).toEqual(['222', '333']);
    connection.close();
  });

  it('says that the password is refused, and not which', async () => {
    const port = await serving(() => '-WRONGPASS invalid username-password pair\r\n');
    const refused = open(port, 'a-secret-token');
    await expect(refused).rejects.toMatchObject(unreachable('refuses to be read: WRONGPASS'));
    await expect(refused).rejects.not.toThrow('a-secret-token');
  });

  it('reports that no server listens at the address', async () => {
    const port = await serving(() => '');
    server?.close();
    await expect(open(port)).rejects.toMatchObject(unreachable(`127.0.0.1:${port} cannot be read`));
  });

  it('fails whatever is under way, and what comes after, when the server closes the connection', async () => {
    let pings = 0;
    const connection = await open(await serving(() => (pings++ === 0 ? '+PONG\r\n' : undefined)));
    const [first, second] = await Promise.allSettled([connection.call('ONE'), connection.call('TWO')]);
    for (const { status } of [first, second]) expect(status).toBe('rejected');
    await expect(connection.call('THREE')).rejects.toMatchObject({ code: 'RestoreUnreachable' });
  });

  it('gives up a server that is silent while it owes an answer', async () => {
    let asked = 0;
    const port = await serving(() => (asked++ === 0 ? '+PONG\r\n' : ''));
    const connection = await RespConnection.open({ host: '127.0.0.1', port, tls: false, silenceMs: 50 });
    await expect(connection.call('ONE')).rejects.toMatchObject(unreachable('it does not answer'));
  });

  it('gives up a server that is silent, however much more is asked of it meanwhile', async () => {
    let asked = 0;
    const port = await serving(() => (asked++ === 0 ? '+PONG\r\n' : ''));
    const connection = await RespConnection.open({ host: '127.0.0.1', port, tls: false, silenceMs: 200 });
    const startedAt = performance.now();
    const asking = setInterval(() => connection.call('MORE').catch(() => undefined), 20);
    await expect(connection.call('ONE')).rejects.toMatchObject(unreachable('it does not answer'));
    clearInterval(asking);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it('gives up a server that takes nothing in while a part of a command is sent', async () => {
    const port = await serving(() => '+PONG\r\n');
    const connection = await RespConnection.open({ host: '127.0.0.1', port, tls: false, silenceMs: 200 });
    for (const socket of sockets) socket.pause();
    const part = Buffer.alloc(1_000_000);
    const sending = async () => {
      for (let parts = 0; parts < 100; parts++) await connection.sendPart(part);
    };
    await expect(sending()).rejects.toMatchObject(unreachable('it does not answer'));
  });

  it('does not give up a server that was silent while it owed nothing', async () => {
    let asked = 0;
    const port = await serving(() => (asked++ < 2 ? '+PONG\r\n' : ''));
    const connection = await RespConnection.open({ host: '127.0.0.1', port, tls: false, silenceMs: 100 });
    await sleep(300);
    expect(await connection.call('PING')).toBe('PONG');
    await sleep(300);
    expect(connection.isLost).toBe(false);
    await expect(connection.call('PING')).rejects.toMatchObject(unreachable('it does not answer'));
  });

  it('does not take what it has not asked for', async () => {
    const connection = await open(await serving(() => '+PONG\r\n+PONG\r\n'));
    await expect(connection.call('PING')).rejects.toMatchObject(unreachable('more than it was asked'));
  });
});
