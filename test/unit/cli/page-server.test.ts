import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { PageServer } from '../../../cli/open/page-server.ts';

const INDEX = 'reports/index.html';
let server: PageServer | undefined;
afterEach(() => server?.stop());

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

function ask(url: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(url, { method, headers, agent: false }, async (response) =>
      resolve({ status: response.statusCode, headers: response.headers, body: await text(response) }),
    )
      .on('error', reject)
      .end();
  });
}

async function opened(pages: Readonly<Record<string, string>> = { [INDEX]: '<p>fleet' }) {
  const asked: string[] = [];
  server = new PageServer(async (key) => {
    asked.push(key);
    if (key.includes('broken')) throw new Error('the vault region does not answer');
    return pages[key];
  });
  const url = await server.start(INDEX);
  const base = new URL('/', url).href;
  const { headers } = await ask(url);
  const cookie = String(headers['set-cookie']).split(';')[0] ?? '';
  return { url, base, cookie, asked, get: (path: string) => ask(base + path, { cookie }) };
}

describe('the server of pages', () => {
  it('lets in who has the address, once, and then knows them by a cookie', async () => {
    const { url, base, cookie } = await opened();
    expect(await ask(url)).toMatchObject({
      status: 403,
      body: expect.stringContaining('Run redrill open again'),
    });
    expect(await ask(url, { cookie })).toMatchObject({ status: 302, headers: { location: `/${INDEX}` } });
    expect(await ask(base + INDEX)).toMatchObject({ status: 403 });
    expect(await ask(base + INDEX, { cookie: `other=1; ${cookie}` })).toMatchObject({
      status: 200,
      body: '<p>fleet',
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
      },
    });
  });

  it('sets a cookie that neither scripts nor other sites can use', async () => {
    server = new PageServer(async () => undefined);
    const { headers } = await ask(await server.start(INDEX));
    expect(headers['set-cookie']?.[0]).toMatch(/^redrill=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/);
  });

  it('listens on this machine only, and refuses other names for it', async () => {
    const { base, cookie } = await opened();
    expect(new URL(base).hostname).toBe('127.0.0.1');
    expect(await ask(base + INDEX, { cookie, host: 'attacker.example' })).toMatchObject({ status: 421 });
  });

  it('takes no other method', async () => {
    const { base, cookie } = await opened();
    expect(await ask(base + INDEX, { cookie }, 'POST')).toMatchObject({ status: 405 });
  });

  it.each([
    'daily/sessions/20261121T060000Z/shard-0001.rdb',
    'registry/sessions.json',
    'reports/sessions/history.json',
    'reports/../registry/sessions.json',
    'reports/%2e%2e/registry/sessions.json',
    'reports/sessions/20261121T060000Z.html/..',
    'reports/',
    '',
  ])('serves nothing of the vault but pages: not %s', async (path) => {
    const { get, asked } = await opened();
    expect(await get(path)).toMatchObject({ status: 404 });
    expect(asked).toEqual([]);
  });

  it.each([
    'reports/index.json',
    'reports/_runbooks/node-crashed.html',
    'reports/sessions/20261121T060000Z.json',
  ])('serves what pages link to: %s', async (path) =>
    expect(await (await opened({ [path]: 'x' })).get(path)).toMatchObject({ status: 200, body: 'x' }),
  );

  it('says that a page does not exist, or why it cannot be read', async () => {
    const { get } = await opened();
    expect(await get('reports/_runbooks/none.html')).toMatchObject({ status: 404 });
    expect(await get('reports/_runbooks/broken.html')).toMatchObject({
      status: 502,
      body: 'the vault region does not answer\n',
    });
  });

  it('is idle when nobody has asked for a page for so long', async () => {
    const { get } = await opened();
    const idle = server?.idle(2_000);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const asked = Date.now();
    await get(INDEX);
    await idle;
    // Timers may be some milliseconds early.
    expect(Date.now() - asked).toBeGreaterThanOrEqual(1_950);
  });
});
