import { createServer, type Socket } from 'node:net';
import { freePort } from '@redrill/local-aws/redis';

/** What a server is asked, by its first word. `undefined` hangs up. */
export type Answers = (words: readonly string[]) => string | undefined;

export const bulk = (bytes: Uint8Array | string): string => {
  const text = typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('latin1');
  return `$${text.length}\r\n${text}\r\n`;
};

const INFO = bulk(
  'redis_version:8.8.0\r\nrun_id:of-newer\r\nrole:master\r\ncluster_enabled:0\r\ndb0:keys=1\r\n',
);
const COMMON: Readonly<Record<string, string>> = {
  INFO,
  TIME: `*2\r\n${bulk('1800000000')}${bulk('0')}`,
  SELECT: '+OK\r\n',
  FUNCTION: '*0\r\n',
  PEXPIRETIME: ':-1\r\n',
  MEMORY: ':100\r\n',
  TYPE: '+stream\r\n',
};

/** Speaks as Redis 8.8 does, of which no package is to be had. @returns its URL, and what stops it */
export async function newerServer(answers: Answers) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let said = '';
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      said += chunk.toString('latin1');
      for (let next = taken(said); next !== undefined; next = taken(said)) {
        said = next.rest;
        const answer = COMMON[next.words[0] ?? ''] ?? answers(next.words);
        if (answer === undefined) return socket.destroy();
        socket.write(answer, 'latin1');
      }
    });
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const stop = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { port, url: `redis://127.0.0.1:${port}`, stop };
}

/** The first command, if it has arrived. */
function taken(said: string): { readonly words: readonly string[]; readonly rest: string } | undefined {
  const head = /^\*(\d+)\r\n/.exec(said);
  if (head === null) return undefined;
  const words: string[] = [];
  let at = head[0].length;
  while (words.length < Number(head[1])) {
    const end = said.indexOf('\r\n', at);
    if (end < 0) return undefined;
    const from = end + 2;
    const length = Number(said.slice(at + 1, end));
    if (said.length < from + length + 2) return undefined;
    words.push(said.slice(from, from + length));
    at = from + length + 2;
  }
  return { words, rest: said.slice(at) };
}
