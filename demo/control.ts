import { createServer, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { AppError } from '../core/model/errors.ts';

/** How another terminal speaks to a local AWS that is up: over a socket beside its data, JSON each way. */
export type Commands = Readonly<Record<string, (argument: unknown) => Promise<unknown>>>;

/** Answers `POST /<command>` with what the command returns, until it is closed. */
export async function serveControl(socket: string, commands: Commands): Promise<{ close(): void }> {
  const server = createServer(async (asked, answer) => {
    const command = commands[asked.url?.slice(1) ?? ''];
    if (command === undefined) {
      answer.writeHead(404).end(JSON.stringify('it does not know this command; stop it and start it again'));
      return;
    }
    try {
      answer.end(JSON.stringify((await command(JSON.parse(await text(asked)))) ?? null));
    } catch (error) {
      answer.writeHead(400).end(JSON.stringify(error instanceof Error ? error.message : String(error)));
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  return { close: () => void server.close() };
}

/** @throws AppError `NotRunning` if no local AWS answers at this socket, `BadInput` if it refuses the command */
export async function sendControl<Answer>(
  socket: string,
  command: string,
  argument: unknown = null,
): Promise<Answer> {
  const { status, body } = await new Promise<{ status: number; body: string }>((resolve, reject) => {
    const asking = request({ socketPath: socket, path: `/${command}`, method: 'POST' }, (reply) => {
      text(reply).then((read) => resolve({ status: reply.statusCode ?? 0, body: read }), reject);
    });
    asking.on('error', (cause) => {
      reject(new AppError('NotRunning', 'no local AWS is running', { cause }));
    });
    asking.end(JSON.stringify(argument));
  });
  const answer = JSON.parse(body);
  if (status !== 200) throw new AppError('BadInput', `the local AWS refused it: ${answer}`);
  return answer;
}
