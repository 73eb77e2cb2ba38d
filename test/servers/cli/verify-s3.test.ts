import { PutObjectCommand } from '@aws-sdk/client-s3';
import {
  ACCESS_KEY,
  type S3Fixture,
  SOURCE_REGION,
  s3Fixture,
  VAULT_REGION,
} from '@redrill/local-aws/testing';
import { expect, it } from 'vitest';
import { SOUND } from '../../unit/cli/files.ts';
import { redrillHere } from '../../unit/cli/run-here.ts';

/** The S3 of the local AWS with one object in it, and the environment in which the command finds it. */
async function bucket() {
  const fixture = await s3Fixture();
  const object = { Bucket: 'vault', Key: 'monthly/a cache/shard-0001.rdb', Body: SOUND };
  await fixture.client(VAULT_REGION).send(new PutObjectCommand(object));
  return { fixture, env: environmentOf(fixture), url: `s3://vault/${object.Key}` };
}

const environmentOf = ({ url }: S3Fixture) => ({
  AWS_ENDPOINT_URL: url,
  AWS_REGION: VAULT_REGION,
  AWS_ACCESS_KEY_ID: ACCESS_KEY,
  AWS_SECRET_ACCESS_KEY: 'not-checked',
  // No configuration of whoever runs the tests.
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
});

it('reads an object', async () => {
  const { env, url } = await bucket();
  const ran = await redrillHere(['verify', '--json', url], { env });
  expect(ran.stderr).toBe('');
  expect(JSON.parse(ran.stdout)).toMatchObject({ verdict: 'sound', file: url, keys: 8, bytes: SOUND.length });
  expect(ran.status).toBe(0);
});

it('goes to the region that the bucket is in', async () => {
  const { env, url } = await bucket();
  const ran = await redrillHere(['verify', '--json', url], { env: { ...env, AWS_REGION: SOURCE_REGION } });
  expect(ran).toMatchObject({ status: 0, stderr: '' });
});

it('says in one line that there is no such object, or no such bucket', async () => {
  const { env } = await bucket();
  const object = await redrillHere(['verify', 's3://vault/nope.rdb'], { env });
  expect(object).toMatchObject({ status: 2, stdout: '' });
  expect(object.stderr.split('\n')[0]).toBe('s3://vault/nope.rdb: the bucket has no such object');
  const none = await redrillHere(['verify', 's3://no-such-bucket/dump.rdb'], { env });
  expect(none).toMatchObject({ status: 2, stdout: '' });
  expect(none.stderr.split('\n')[0]).toBe('s3://no-such-bucket/dump.rdb: there is no such bucket');
});

it('says in one line that access is denied', async () => {
  const { fixture, env, url } = await bucket();
  fixture.fabric.denied.add('s3:GetObject');
  const ran = await redrillHere(['verify', url], { env });
  expect(ran).toMatchObject({ status: 2, stdout: '' });
  expect(ran.stderr.split('\n')[0]).toBe(
    `${url}: access denied, or there is no such object and you may not list`,
  );
});

it('says in one line that credentials, the region or the key are missing', async () => {
  const { env, url } = await bucket();
  const { AWS_ACCESS_KEY_ID: _, ...without } = env;
  expect((await redrillHere(['verify', url], { env: without })).stderr).toContain(
    'no AWS credentials were found',
  );
  const { AWS_REGION: __, ...nowhere } = env;
  expect((await redrillHere(['verify', url], { env: nowhere })).stderr).toContain('no AWS region is set');
  expect(await redrillHere(['verify', 's3://vault/'], { env })).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("'s3://vault/' has no object key; write s3://bucket/key"),
  });
});
