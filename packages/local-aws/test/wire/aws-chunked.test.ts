import { request } from 'node:http';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ACCESS_KEY } from '../../testing/fabric.ts';
import { SOURCE_REGION, s3Fixture } from '../../testing/s3-fixture.ts';
import { AwsChunkedBody } from '../../wire/aws-chunked.ts';

async function* pieces(encoded: Buffer, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const size of sizes) {
    yield encoded.subarray(at, at + size);
    at += size;
  }
  yield encoded.subarray(at);
}

async function decode(body: AwsChunkedBody): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('aws-chunked', () => {
  test('decodes to what was wrapped, wherever the network cuts it', async () => {
    const chunk = fc.uint8Array({ minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.array(chunk), fc.array(fc.nat(9)), async (chunks, cuts) => {
        const encoded = Buffer.concat([
          ...chunks.flatMap((bytes) =>
            [`${bytes.length.toString(16)};chunk-signature=00\r\n`, bytes, '\r\n'].map((part) =>
              Buffer.from(part),
            ),
          ),
          Buffer.from('0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n'),
        ]);
        const body = new AwsChunkedBody(pieces(encoded, cuts));
        expect((await decode(body)).equals(Buffer.concat(chunks))).toBe(true);
        expect(body.trailers).toEqual({ 'x-amz-checksum-crc32': 'AAAAAA==' });
      }),
    );
  });

  test.each(['', '5\r\nabc', 'zz\r\n', '3\r\nabcd\r\n0\r\n\r\n', '3\r\nabc\r\n0\r\nno colon\r\n\r\n'])(
    'refuses a body that is not whole: %j',
    async (encoded) => {
      await expect(decode(new AwsChunkedBody(pieces(Buffer.from(encoded), [])))).rejects.toMatchObject({
        code: 'IncompleteBody',
      });
    },
  );
});

interface RawAnswer {
  readonly status: number | undefined;
  readonly headers: object;
  readonly body: string;
}

/** A request as no SDK would send it. */
function raw(
  url: string,
  options: { method: string; path: string; headers: Record<string, string>; body?: string },
) {
  const authorization = `AWS4-HMAC-SHA256 Credential=${ACCESS_KEY}/20261121/${SOURCE_REGION}/s3/aws4_request, SignedHeaders=host, Signature=00`;
  return new Promise<RawAnswer>((resolve, reject) => {
    const { body = '', headers, ...rest } = options;
    const sent = request(url, { ...rest, headers: { authorization, ...headers } }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body: text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

describe('S3 on the wire', () => {
  const chunked = {
    'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'content-encoding': 'aws-chunked',
  };

  test('virtual-hosted buckets are the same as those in the path', async () => {
    const { url } = await s3Fixture();
    for (const host of ['landing.s3.eu-west-1.localhost:4566', 'landing.localhost'])
      expect(
        (await raw(url, { method: 'PUT', path: '/a%20b', headers: { host }, body: 'hello' })).status,
      ).toBe(200);
    expect(await raw(url, { method: 'GET', path: '/landing/a%20b', headers: {} })).toMatchObject({
      status: 200,
      body: 'hello',
    });
  });

  test('a trailing checksum that does not match, or does not come, leaves nothing behind', async () => {
    const { url } = await s3Fixture();
    const put = (trailer: string) =>
      raw(url, {
        method: 'PUT',
        path: '/landing/k',
        headers: { ...chunked, 'x-amz-trailer': 'x-amz-checksum-crc32', 'x-amz-decoded-content-length': '5' },
        body: `5\r\nhello\r\n0\r\n${trailer}\r\n`,
      });
    expect(await put('x-amz-checksum-crc32:AAAAAA==\r\n')).toMatchObject({
      status: 400,
      body: expect.stringContaining('<Code>BadDigest</Code>'),
    });
    expect(await put('')).toMatchObject({
      status: 400,
      body: expect.stringContaining('MalformedTrailerError'),
    });
    expect((await raw(url, { method: 'GET', path: '/landing/k', headers: {} })).status).toBe(404);
    expect(await put('x-amz-checksum-crc32:NhCmhg==\r\n')).toMatchObject({ status: 200 });
  });

  test('bytes that differ from what was signed or announced are refused, and the connection stays usable', async () => {
    const { url } = await s3Fixture();
    const wrongHash = { 'x-amz-content-sha256': '0'.repeat(64) };
    expect(
      await raw(url, { method: 'PUT', path: '/landing/k', headers: wrongHash, body: 'x' }),
    ).toMatchObject({
      body: expect.stringContaining('XAmzContentSHA256Mismatch'),
    });
    const short = { ...chunked, 'x-amz-decoded-content-length': '6' };
    expect(
      await raw(url, { method: 'PUT', path: '/landing/k', headers: short, body: '5\r\nhello\r\n0\r\n\r\n' }),
    ).toMatchObject({
      body: expect.stringContaining('IncompleteBody'),
    });
    const broken = { ...chunked, 'x-amz-decoded-content-length': '5' };
    expect(
      (await raw(url, { method: 'PUT', path: '/landing/k', headers: broken, body: 'nonsense' })).status,
    ).toBe(400);
  });

  test('XML that is not XML, unknown elements, digests of the body, and unknown queries', async () => {
    const { url } = await s3Fixture();
    const tag = (body: string, headers: Record<string, string> = { 'content-md5': '' }) =>
      raw(url, { method: 'PUT', path: '/landing/k?tagging', headers, body });
    expect((await tag('<Tagging></Tagging>', {})).body).toContain('Missing required header');
    expect((await tag('<Tagging></Tagging>')).body).toContain('BadDigest');
    const digested = async (body: string) => {
      const { createHash } = await import('node:crypto');
      return await tag(body, { 'content-md5': createHash('md5').update(body).digest('base64') });
    };
    expect((await digested('<Tagging><TagSet></Tagging>')).body).toContain('MalformedXML');
    expect((await digested('<Tagging><Frobnicate/></Tagging>')).body).toContain('Frobnicate');
    expect((await raw(url, { method: 'GET', path: '/landing/k?frobnicate=1', headers: {} })).body).toContain(
      'frobnicate',
    );
    expect((await raw(url, { method: 'PATCH', path: '/landing/k', headers: {} })).status).toBe(501);
    expect((await raw(url, { method: 'GET', path: '/landing/%ff', headers: {} })).body).toContain(
      'InvalidURI',
    );
  });
});
