import { type Reply, RespConnection, type ServerAddress } from '../adapters/redis/resp-connection.ts';
import { type Info, infoOf } from '../core/model/server-info.ts';
import { asking, textOf } from '../live/recover/server-facts.ts';

/** The server that is shipped, over one connection. What it refuses becomes AppError `TargetRefused`, in its own words. */
export class Server {
  readonly #name: string;
  readonly #connection: RespConnection;

  /** @throws AppError `RestoreUnreachable`, `TargetRefused` */
  static async open(address: ServerAddress): Promise<Server> {
    const name = `${address.host}:${address.port}`;
    return new Server(name, await asking(name, RespConnection.openFor(address)));
  }

  private constructor(name: string, connection: RespConnection) {
    this.#name = name;
    this.#connection = connection;
  }

  async info(): Promise<Info> {
    return infoOf(textOf(await this.#ask('INFO')));
  }

  /** One setting, by CONFIG GET; empty if the server has none of this name. */
  async setting(name: string): Promise<string> {
    const reply = await this.#ask('CONFIG', 'GET', name);
    return Array.isArray(reply) ? textOf((reply as readonly Reply[])[1]) : '';
  }

  async clusterNodes(): Promise<string> {
    return textOf(await this.#ask('CLUSTER', 'NODES'));
  }

  /** @throws ServerRefusal */
  async bgsave(): Promise<void> {
    await this.#connection.ask('BGSAVE');
  }

  close(): void {
    this.#connection.close();
  }

  #ask(...command: readonly string[]): Promise<Reply> {
    return asking(this.#name, this.#connection.ask(...command));
  }
}
