import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { CREDENTIALS } from '../../testing/fabric.ts';
import { SOURCE_REGION, s3Fixture, VAULT_REGION } from '../../testing/s3-fixture.ts';

/*
 * The AWS CLI is a client that nobody here wrote. Version 1 and 2 both do; only `--endpoint-url` is used, as 2.9 has no
 * AWS_ENDPOINT_URL. Tests are skipped where there is no `aws`.
 */

const run = promisify(execFile);

async function cliVersion(): Promise<string | undefined> {
  try {
    return (await run('aws', ['--version'])).stdout;
  } catch {
    return undefined;
  }
}

const version = await cliVersion();

describe.skipIf(version === undefined)('the AWS CLI', () => {
  let folder = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'redrill-cli-'));
    mkdirSync(join(folder, '.aws'));
    // Version 1 presigns with SigV2 unless told otherwise, and SigV2 names no region.
    writeFileSync(join(folder, '.aws', 'config'), '[default]\ns3 =\n  signature_version = s3v4\n');
    return () => rmSync(folder, { recursive: true, force: true });
  });

  async function fixture(region = SOURCE_REGION) {
    const made = await s3Fixture();
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      AWS_DEFAULT_REGION: region,
      AWS_MAX_ATTEMPTS: '1',
      AWS_PAGER: '',
      ...(process.env.PYENV_ROOT === undefined ? {} : { PYENV_ROOT: process.env.PYENV_ROOT }),
    };
    const aws = async (...parameters: string[]) =>
      (await run('aws', [...parameters, '--endpoint-url', made.url], { env })).stdout;
    return { ...made, aws };
  }

  test('s3 cp up and down, in one piece and in parts, s3 ls, s3 rm', async () => {
    const { aws, fabric } = await fixture();
    for (const [name, bytes] of [
      ['small.rdb', 1000],
      ['large.rdb', 12 * 1024 * 1024],
    ] as const) {
      const [up, down] = [join(folder, name), join(folder, `${name}.down`)];
      writeFileSync(up, randomBytes(bytes));
      await aws(
        's3',
        'cp',
        up,
        `s3://landing/shards/${name}`,
        '--metadata',
        'shard=0001',
        '--only-show-errors',
      );
      await aws('s3', 'cp', `s3://landing/shards/${name}`, down, '--only-show-errors');
      expect(readFileSync(down).equals(readFileSync(up))).toBe(true);
    }
    expect(fabric.calls.map(({ operation }) => operation)).toContain('CompleteMultipartUpload');
    expect(await aws('s3', 'ls')).toMatch(/landing\n.*vault\n/);
    expect(await aws('s3', 'ls', 's3://landing')).toContain('PRE shards/');
    expect(await aws('s3', 'ls', 's3://landing/shards/')).toMatch(/12582912 large\.rdb\n.* 1000 small\.rdb/);
    await aws('s3', 'rm', 's3://landing', '--recursive', '--only-show-errors');
    expect(fabric.calls.at(-1)?.operation).toMatch(/DeleteObject/);
    await expect(aws('s3', 'ls', 's3://landing/shards/')).rejects.toThrow();
  });

  test('s3api: tagging, versions, attributes, conditional writes, and refusals by their codes', async () => {
    const { aws } = await fixture(VAULT_REGION);
    const file = join(folder, 'one');
    writeFileSync(file, 'one');
    const target = ['--bucket', 'vault', '--key', 'hourly/a b.json'];
    const put = JSON.parse(
      await aws('s3api', 'put-object', ...target, '--body', file, '--tagging', 'tier=hourly'),
    );
    expect(put.VersionId).toBeDefined();
    await aws(
      's3api',
      'put-object-tagging',
      ...target,
      '--tagging',
      'TagSet=[{Key=redrill-released,Value=true}]',
    );
    const { TagSet } = JSON.parse(await aws('s3api', 'get-object-tagging', ...target));
    expect(TagSet).toEqual([{ Key: 'redrill-released', Value: 'true' }]);
    const head = JSON.parse(await aws('s3api', 'head-object', ...target));
    expect(head).toMatchObject({
      ContentLength: 3,
      ServerSideEncryption: 'AES256',
      VersionId: put.VersionId,
    });
    await aws('s3api', 'delete-object', ...target);
    const { Versions, DeleteMarkers } = JSON.parse(
      await aws('s3api', 'list-object-versions', '--bucket', 'vault'),
    );
    expect([Versions.length, DeleteMarkers.length, Versions[0].Key]).toEqual([1, 1, 'hourly/a b.json']);
    await aws('s3api', 'delete-object', ...target, `--version-id=${put.VersionId}`);
    await expect(aws('s3api', 'get-object', ...target, join(folder, 'x'))).rejects.toThrow('NoSuchKey');
    expect(JSON.parse(await aws('s3api', 'get-bucket-location', '--bucket', 'landing'))).toEqual({
      LocationConstraint: SOURCE_REGION,
    });
    const acl = JSON.parse(await aws('s3api', 'get-bucket-acl', '--bucket', 'vault'));
    expect(acl.Grants[0]).toMatchObject({ Grantee: { Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' });
    await expect(aws('s3api', 'put-bucket-acl', '--bucket', 'vault', '--acl', 'private')).rejects.toThrow(
      'NotModelled',
    );
  });

  test('a copy between buckets of two regions', async () => {
    const { aws, client } = await fixture(VAULT_REGION);
    const { PutObjectCommand } = await import('@aws-sdk/client-s3');
    await client(SOURCE_REGION).send(
      new PutObjectCommand({ Bucket: 'landing', Key: 'a', Body: 'hello', Tagging: 'k=v' }),
    );
    // `s3 cp --source-region` would look for the source at amazonaws.com: it applies --endpoint-url to one side only.
    await aws('s3api', 'copy-object', '--bucket', 'vault', '--key', 'a', '--copy-source', 'landing/a');
    const { TagSet } = JSON.parse(
      await aws('s3api', 'get-object-tagging', '--bucket', 'vault', '--key', 'a'),
    );
    expect(TagSet).toEqual([{ Key: 'k', Value: 'v' }]);
  });

  test('a presigned URL needs no header', async () => {
    const { aws, client } = await fixture();
    const { PutObjectCommand } = await import('@aws-sdk/client-s3');
    await client(SOURCE_REGION).send(new PutObjectCommand({ Bucket: 'landing', Key: 'a', Body: 'hello' }));
    const url = new URL((await aws('s3', 'presign', 's3://landing/a')).trim());
    expect(await (await fetch(url)).text()).toBe('hello');
  });

  test('elasticache, sns, ssm, stepfunctions and cloudwatch, in whichever protocol this CLI speaks', async () => {
    const { aws, fabric } = await fixture();
    const seen: string[] = [];
    const note = (operation: string, output: object) => async () => {
      seen.push(operation);
      return output;
    };
    const snapshot = {
      SnapshotName: 'a',
      SnapshotStatus: 'available',
      NodeSnapshots: [{ CacheNodeId: '0001' }],
    };
    fabric.register({
      name: 'elasticache',
      operations: { DescribeSnapshots: note('DescribeSnapshots', { Snapshots: [snapshot] }) },
    });
    fabric.register({ name: 'sns', operations: { Publish: note('Publish', { MessageId: 'm' }) } });
    fabric.register({
      name: 'ssm',
      operations: { GetParameter: note('GetParameter', { Parameter: { Name: 'n', Value: 'v' } }) },
    });
    fabric.register({
      name: 'states',
      operations: { ListExecutions: note('ListExecutions', { executions: [] }) },
    });
    fabric.register({ name: 'monitoring', operations: { PutMetricData: note('PutMetricData', {}) } });
    const arn = 'arn:aws:sns:eu-west-1:111122223333:t';
    expect(JSON.parse(await aws('elasticache', 'describe-snapshots')).Snapshots).toEqual([snapshot]);
    expect(JSON.parse(await aws('sns', 'publish', '--topic-arn', arn, '--message', 'x')).MessageId).toBe('m');
    expect(JSON.parse(await aws('ssm', 'get-parameter', '--name', 'n')).Parameter.Value).toBe('v');
    expect(
      JSON.parse(await aws('stepfunctions', 'list-executions', '--state-machine-arn', arn)).executions,
    ).toEqual([]);
    await aws(
      'cloudwatch',
      'put-metric-data',
      '--namespace',
      'Redrill',
      '--metric-name',
      'm',
      '--value',
      '1.5',
    );
    expect(seen).toEqual(['DescribeSnapshots', 'Publish', 'GetParameter', 'ListExecutions', 'PutMetricData']);
    await expect(aws('elasticache', 'describe-users')).rejects.toThrow('NotModelled');
  });
});
