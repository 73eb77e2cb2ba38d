import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { AwsClock } from '../../../adapters/aws/aws-clock.ts';

const HOUR_MS = 3_600_000;
/** What the answers' header says. */
let date: string;
const server = createServer((_, response) => {
  response.setHeader('date', date);
  response.end('<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>');
});
let client: STSClient;
let clock: AwsClock;

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));

beforeEach(() => {
  const { port } = server.address() as AddressInfo;
  const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'x' };
  client = new STSClient({ region: 'eu-west-1', endpoint: `http://127.0.0.1:${port}`, credentials });
  clock = new AwsClock();
  clock.readFrom(client);
});

afterAll(() => {
  server.close();
});

async function offsetAfter(header: string): Promise<number> {
  date = header;
  await client.send(new GetCallerIdentityCommand({}));
  return clock.now().getTime() - Date.now();
}

it('is as every answer says, to the second', async () => {
  for (const hours of [5, -7, 0]) {
    const header = new Date(Date.now() + hours * HOUR_MS).toUTCString();
    const offsetMs = await offsetAfter(header);
    expect(Math.abs(offsetMs - hours * HOUR_MS)).toBeLessThan(1_500);
  }
});

it('keeps its offset after an answer without a time', async () => {
  const before = await offsetAfter(new Date(Date.now() + HOUR_MS).toUTCString());
  expect(await offsetAfter('some day')).toBeCloseTo(before, -2);
});
