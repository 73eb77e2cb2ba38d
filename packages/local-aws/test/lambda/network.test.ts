import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type LambdaBed, lambdaBed } from './fixture.ts';

/** Asks, from inside a function, for every connection named in the event. */
const PROBE = `
  import dns from 'node:dns';
  import { lookup } from 'node:dns/promises';
  import http from 'node:http';
  const get = (options) => new Promise((resolve) => {
    const request = http.get({ agent: false, ...options }, (response) => {
      const { remoteAddress } = response.socket;
      response.setEncoding('utf8').on('data', (body) => resolve({ body, remoteAddress }));
    });
    request.on('error', ({ code }) => resolve({ code }));
  });
  const guarded = (name, options, done) =>
    dns.lookup(name, options, (error, ...found) => {
      const text = JSON.stringify(found);
      if (text.includes('127.')) return done(Object.assign(new Error('private'), { code: 'EPRIVATE' }));
      done(error, ...found);
    });
  export const handler = async ({ targets, names = [], fetched = [] }) => ({
    got: await Promise.all(targets.map(({ guard, ...target }) => get(guard ? { ...target, lookup: guarded } : target))),
    found: await Promise.all(names.map((name) => lookup(name).then(({ address }) => address, ({ code }) => code))),
    fetched: await Promise.all(fetched.map((url) => fetch(url).then((r) => r.text(), (e) => e.cause?.code ?? String(e)))),
    env: [process.env.AWS_ENDPOINT_URL, process.env.AWS_ENDPOINT_URL_S3],
  })`;

let bed: LambdaBed;
let servers: Server[];
let endpoint: number;
let outside: number;
let redis: number;
let openPorts: { host: string; port: number }[];

async function listen(body: string): Promise<number> {
  const server = createServer((_request, response) => response.end(body));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

beforeEach(async () => {
  servers = [];
  [endpoint, outside, redis] = await Promise.all([listen('aws'), listen('heartbeat'), listen('redis')]);
  openPorts = [];
  bed = lambdaBed({
    endpoint: () => ({ url: `http://127.0.0.1:${endpoint}` }),
    network: {
      internet: { hosts: { 'ping.example.com': { address: '203.0.113.10', port: outside } } },
      openTo: (groups) => (groups.includes('sg-1') ? openPorts : []),
    },
  });
});

afterEach(async () => {
  await bed.close();
  for (const server of servers) server.close();
});

it('a function outside a VPC reaches AWS and the named hosts, nothing else', async () => {
  await bed.deploy('out', PROBE, { Timeout: 15 });
  const targets = [
    { host: '127.0.0.1', port: endpoint },
    { host: 'ping.example.com', port: 443 },
    { host: 'ping.example.com', port: 443, guard: true },
    { host: '203.0.113.10', port: 443 },
    { host: 'ping.example.com', port: 80 },
    { host: '127.0.0.1', port: outside },
    { host: '127.0.0.1', port: redis },
    { host: '169.254.169.254', port: 80 },
    { host: 'other.example.com', port: 443 },
  ];
  const names = ['ping.example.com', 'other.example.com', '127.0.0.1'];
  const fetched = [`http://127.0.0.1:${endpoint}/`, `http://127.0.0.1:${redis}/`];
  const { payload } = await bed.invoke('out', { targets, names, fetched });
  const heartbeat = { body: 'heartbeat', remoteAddress: '203.0.113.10' };
  const refused = { code: 'ETIMEDOUT' };
  expect(payload).toEqual({
    got: [
      { body: 'aws', remoteAddress: '127.0.0.1' },
      heartbeat,
      heartbeat,
      heartbeat,
      ...Array(5).fill(refused),
    ],
    found: ['203.0.113.10', 'ENOTFOUND', '127.0.0.1'],
    fetched: ['aws', 'ETIMEDOUT'],
    env: [`http://127.0.0.1:${endpoint}`, null],
  });
});

it('a function in a VPC reaches S3 and the servers that admit its security group, as of each invocation', async () => {
  const VpcConfig = { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] };
  await bed.deploy('in', PROBE, { Timeout: 15, VpcConfig });
  const targets = [
    { host: '127.0.0.1', port: endpoint },
    { host: 'ping.example.com', port: 443 },
    { host: '203.0.113.10', port: 443 },
    { host: '127.0.0.1', port: redis },
  ];
  const aws = { body: 'aws', remoteAddress: '127.0.0.1' };
  const refused = { code: 'ETIMEDOUT' };
  const first = await bed.invoke('in', { targets });
  expect(first.payload).toMatchObject({ got: [aws, refused, refused, refused] });
  expect((first.payload as { env: string[] }).env).toEqual([
    'http://127.0.0.1:9',
    `http://127.0.0.1:${endpoint}`,
  ]);
  openPorts = [{ host: '127.0.0.1', port: redis }];
  const second = await bed.invoke('in', { targets });
  expect(second.payload).toMatchObject({ got: [aws, refused, refused, { body: 'redis' }] });
});
