import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { VirtualClock } from '../../clock.ts';
import { createCloudWatch } from '../../model/cloudwatch/cloudwatch.ts';
import { ACCOUNT, type LambdaBed, lambdaBed, REGION, ROLE } from './fixture.ts';

let bed: LambdaBed;
let server: Server;
let seen: IncomingHttpHeaders[];

beforeEach(async () => {
  seen = [];
  server = createServer((request, response) => {
    seen.push(request.headers);
    response.setHeader('content-type', 'application/xml');
    response.end('<ListBucketResult><Name>vault</Name><KeyCount>0</KeyCount></ListBucketResult>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const clock = new VirtualClock(Date.parse('2030-06-01T12:00:00Z'));
  bed = lambdaBed({ clock, endpoint: () => ({ url: `http://127.0.0.1:${port}` }) });
});

afterEach(async () => {
  await bed.close();
  server.close();
});

it('a bundle with the real SDK and Powertools signs as its role, on virtual time, and its metrics arrive', async () => {
  createCloudWatch({ clock: bed.fabric.clock, logs: bed.logs, metrics: bed.metrics, fabric: bed.fabric });
  const source = `
    import { S3Client, ListObjectsV2Command } from '@aws-sdk/client-s3';
    import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
    const metrics = new Metrics({ namespace: 'Redrill', serviceName: 'verify' });
    export const handler = async () => {
      const { KeyCount } = await new S3Client({}).send(new ListObjectsV2Command({ Bucket: 'vault' }));
      metrics.addMetric('Keys', MetricUnit.Count, 42);
      metrics.publishStoredMetrics();
      return KeyCount;
    };`;
  await bed.deploy('real', source, { Timeout: 20, LoggingConfig: { LogFormat: 'JSON' } });
  expect((await bed.invoke('real')).payload).toBe(0);
  expect(seen[0]?.authorization).toContain(`Credential=key-of-${ROLE}/20300601/${REGION}/s3/aws4_request`);
  const keys = {
    account: ACCOUNT,
    region: REGION,
    namespace: 'Redrill',
    name: 'Keys',
    dimensions: { service: 'verify' },
  };
  const at = bed.fabric.clock.now();
  expect(bed.metrics.values(keys, { from: at - 60_000, until: at + 1 }, 'Count')).toEqual([42]);
  expect(bed.lines('real').map((line) => JSON.parse(line).type ?? 'own')).toEqual([
    'platform.start',
    'own',
    'platform.report',
  ]);
}, 20_000);
