import { lookup } from 'node:dns/promises';
import type { request } from 'node:https';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { heartbeat } from '../../../adapters/heartbeat.ts';

// The answers of DNS are the one thing here that must be made up: a name that resolves to a forbidden address.
const resolve = vi.fn((host: string): Promise<readonly { address: string }[]> => lookup(host, { all: true }));
const opened = vi.fn(() => {
  throw new Error('a connection was opened');
});
const options = { resolve, request: opened as unknown as typeof request };

const ping = (url: string) => heartbeat(options).ping(url, 'all is well');
const resolvingTo = (...addresses: readonly string[]) =>
  resolve.mockResolvedValueOnce(addresses.map((address) => ({ address })));

afterEach(() => {
  resolve.mockClear();
  opened.mockClear();
});

describe('a heartbeat is refused without a look at DNS', () => {
  it.each([
    ['no URL', 'hc-ping.com'],
    ['nothing', ''],
    ['http', 'http://hc-ping.com/secret'],
    ['another scheme', 'file:///etc/passwd'],
    ['a user', 'https://user@hc-ping.com/secret'],
    ['a password', 'https://:password@hc-ping.com/secret'],
  ])('for %s', async (_what, url) => {
    const refused = expect(ping(url)).rejects;
    await refused.toMatchObject({
      code: 'HeartbeatRefused',
      kind: 'user',
      message: 'the heartbeat parameter does not hold an https:// URL without credentials',
    });
    expect(resolve).not.toHaveBeenCalled();
  });
});

describe('a heartbeat is refused for the address', () => {
  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '169.254.170.2',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.170',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '2130706433',
    '0x7f.1',
    '0177.0.0.1',
    '127.1',
    '[::]',
    '[::1]',
    '[::127.0.0.1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:a9fe:a9fe]',
    '[::ffff:10.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[64:ff9b:1::1]',
    '[100::1]',
    '[2001:0:4136:e378::1]',
    '[2002:7f00:1::1]',
    '[fc00::1]',
    '[fd00:ec2::254]',
    '[fe80::1]',
    '[febf::1]',
    '[fec0::1]',
    '[ff02::1]',
    'localhost',
    'LOCALHOST',
  ])('%s', async (host) => {
    await expect(ping(`https://${host}/ping/secret`)).rejects.toMatchObject({
      code: 'HeartbeatRefused',
      message: expect.stringMatching(
        /^the heartbeat’s host \S+ resolves to \S+, which is not a public address$/,
      ),
    });
  });

  it('does not tell the path, which is the secret', async () => {
    const error: unknown = await ping('https://127.0.0.1/ping/very-secret').catch((each: unknown) => each);
    expect(String(error)).not.toContain('very-secret');
  });
});

describe('a heartbeat goes by what DNS answers', () => {
  it.each([
    ['a private address', ['10.0.0.1']],
    ['the metadata service', ['169.254.169.254']],
    ['a private address among public ones', ['93.184.216.34', '192.168.0.1']],
    ['a mapped address', ['::ffff:127.0.0.1']],
    ['no address', []],
  ])('and refuses %s', async (_what, addresses) => {
    resolvingTo(...addresses);
    await expect(ping('https://heartbeat.example.com/x')).rejects.toMatchObject({ code: 'HeartbeatRefused' });
  });

  it.each([['93.184.216.34'], ['100.63.255.255'], ['172.32.0.1'], ['2606:2800:220:1::1']])(
    'and calls %s',
    async (address) => {
      resolvingTo(address);
      await expect(ping('https://heartbeat.example.com/x')).rejects.toThrow('a connection was opened');
    },
  );

  it('and connects to the address that was checked, though the name has another one by then', async () => {
    resolvingTo('93.184.216.34');
    resolvingTo('169.254.169.254');
    await expect(ping('https://heartbeat.example.com/x')).rejects.toThrow('a connection was opened');
    // biome-ignore lint/suspicious/noExplicitAny: request is overloaded
    const [, options] = opened.mock.calls[0] as any[];
    const connectedTo = vi.fn();
    options.lookup('heartbeat.example.com', { all: true }, connectedTo);
    options.lookup('heartbeat.example.com', {}, connectedTo);
    expect(connectedTo.mock.calls).toEqual([
      [null, [{ address: '93.184.216.34', family: 4 }]],
      [null, '93.184.216.34', 4],
    ]);
    expect(resolve).toHaveBeenCalledTimes(1);
    resolve.mockReset();
  });

  it('and is given up when DNS does not answer in time', async () => {
    resolve.mockReturnValueOnce(new Promise(() => undefined));
    const slow = heartbeat({ ...options, timeoutMs: 20 }).ping('https://heartbeat.example.com/x', '');
    // The signal alone keeps no process alive.
    const alive = setTimeout(() => undefined, 5_000);
    await expect(slow).rejects.toMatchObject({
      code: 'AwsUnavailable',
      message: 'the address of the heartbeat’s host heartbeat.example.com was not found in time',
    });
    clearTimeout(alive);
  });

  it('and comes back later if it does not answer', async () => {
    resolve.mockRejectedValueOnce(Object.assign(new Error('queryA'), { code: 'EAI_AGAIN' }));
    await expect(ping('https://heartbeat.example.com/x')).rejects.toMatchObject({
      code: 'AwsUnavailable',
      kind: 'transient',
      message: 'the heartbeat’s host heartbeat.example.com cannot be resolved',
    });
  });
});
