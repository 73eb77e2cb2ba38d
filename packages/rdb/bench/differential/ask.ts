import { createConnection } from 'node:net';

/** Asks a server one thing over its Unix socket. @returns the answer, or undefined if it closes the connection instead */
export function ask(socket: string, ...command: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const client = createConnection(socket);
    let said = '';
    client.on('error', () => {});
    client.on('close', () => resolve(answerIn(said)));
    client.on('data', (chunk: Buffer) => {
      said += chunk.toString('latin1');
      if (answerIn(said) !== undefined) client.destroy();
    });
    const parts = command.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`);
    client.write(`*${command.length}\r\n${parts.join('')}`);
  });
}

/** The whole answer, without its frame; an error with its name. */
function answerIn(said: string): string | undefined {
  const end = said.indexOf('\r\n');
  if (end < 0) return undefined;
  const first = said.slice(1, end);
  if (said[0] !== '$') return first;
  const body = said.slice(end + 2);
  return body.length >= Number(first) + 2 ? body.slice(0, Number(first)) : undefined;
}
