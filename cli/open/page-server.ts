import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A page, or undefined if there is none of this key. */
export type ReadPage = (key: string) => Promise<Uint8Array | string | undefined>;

const HOST = '127.0.0.1';
const COOKIE = 'redrill';

/** The keys of pages, and of what they link to. Nothing else of the vault is served. */
const SERVED =
  /^reports\/(?:index\.(?:html|json)|_runbooks\/[a-z-]+\.html|[a-z][a-z0-9-]*\/\d{8}T\d{6}Z\.(?:html|json))$/;

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  json: 'application/json; charset=utf-8',
};

/** Whatever a page says of itself, it can load and send nothing. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/**
 * Shows pages to the one browser that opens its address. It listens on this machine only. The address has a secret that is good
 * for one visit, because other users of the machine can see the browser's command line; from then on a cookie has another one.
 * A request under any other host name is refused, so that no page of the web can reach it under a name of its own.
 */
export class PageServer {
  readonly #read: ReadPage;
  readonly #server: Server;
  readonly #cookie = secret();
  readonly #token = secret();
  #isUsed = false;
  #asked: () => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(read: ReadPage) {
    this.#read = read;
    this.#server = createServer((request, response) => {
      this.#asked();
      void this.#answer(request, response);
    });
  }

  /** @returns the address to open a page at */
  async start(key: string): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(0, HOST, resolve);
    });
    return `http://${this.#host}/${this.#token}/${key}`;
  }

  /** Resolves when nobody has asked for a page for so long. */
  idle(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#asked = () => {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(resolve, ms);
      };
      this.#asked();
    });
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#server.close();
    this.#server.closeAllConnections();
  }

  get #host(): string {
    return `${HOST}:${(this.#server.address() as AddressInfo).port}`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, headers, url = '/' } = request;
    if (headers.host !== this.#host) return refuse(response, 421, 'Open the address that redrill printed.');
    if (method !== 'GET' && method !== 'HEAD') return refuse(response, 405, 'Pages can only be read.');
    const { pathname } = new URL(url, `http://${this.#host}`);
    const [, first = '', key = ''] = /^\/([^/]+)\/(.*)$/.exec(pathname) ?? [];
    const knows = this.#knows(headers.cookie);
    const hasToken = isSame(first, this.#token);
    if (!knows && (this.#isUsed || !hasToken))
      return refuse(response, 403, 'This address was used already, or is wrong. Run redrill open again.');
    if (hasToken) return this.#letIn(key, response);
    await this.#show(pathname.slice(1), response);
  }

  #letIn(key: string, response: ServerResponse): void {
    this.#isUsed = true;
    const cookie = `${COOKIE}=${this.#cookie}; HttpOnly; SameSite=Strict; Path=/`;
    response.writeHead(302, { ...HEADERS, 'set-cookie': cookie, location: `/${key}` }).end();
  }

  #knows(cookies = ''): boolean {
    return cookies.split('; ').some((each) => isSame(each, `${COOKIE}=${this.#cookie}`));
  }

  async #show(key: string, response: ServerResponse): Promise<void> {
    if (!SERVED.test(key)) return refuse(response, 404, `There is no page ${key}.`);
    try {
      const page = await this.#read(key);
      if (page === undefined) return refuse(response, 404, `There is no page ${key}.`);
      const type = TYPES[key.slice(key.lastIndexOf('.') + 1)] ?? 'text/plain';
      response.writeHead(200, { ...HEADERS, 'content-type': type }).end(page);
    } catch (error) {
      refuse(response, 502, error instanceof Error ? error.message : String(error));
    }
  }
}

const secret = () => randomBytes(32).toString('base64url');

function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' }).end(`${why}\n`);
}
