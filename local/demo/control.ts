import { createServer, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { AppError } from '../../core/model/errors.ts';

/** How another terminal speaks to a local AWS that is up: over a socket beside its data, with one line each way. */
export type Commands = Readonly<Record<string, (argument: number) => Promise<string>>>;

/** Answers `POST /<command>` with the command's line, until it is closed. */
export async function serveControl(socket: string, commands: Commands): Promise<{ close(): void }> {
  const server = createServer(async (asked, answer) => {
    const command = commands[asked.url?.slice(1) ?? ''];
    const argument = Number(await text(asked));
    if (command === undefined) answer.writeHead(404).end();
    else answer.end(await command(argument));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  return { close: () => void server.close() };
}

/** @throws AppError `NotRunning` if no local AWS answers at this socket */
export async function sendControl(socket: string, command: string, argument = 0): Promise<string> {
  const answer = await new Promise<string>((resolve, reject) => {
    const asking = request({ socketPath: socket, path: `/${command}`, method: 'POST' }, (reply) => {
      text(reply).then(resolve, reject);
    });
    asking.on('error', (cause) => {
      reject(new AppError('NotRunning', 'no local AWS is up in this folder', { cause }));
    });
    asking.end(String(argument));
  });
  return answer;
}
