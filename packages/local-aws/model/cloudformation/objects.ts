import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { TemplateValue } from '../../cloudformation/template.ts';
import { type Call, type Principal, ServiceError } from '../service.ts';
import { unzip } from './unzip.ts';

/** Calls another service on behalf of whoever called CloudFormation. */
export type CallAs = (
  principal: Principal,
  operation: string,
  region: string,
  input: object,
) => Promise<object>;

interface ObjectPlace {
  readonly Bucket: string;
  readonly Key: string;
}

/** What CloudFormation reads from S3: templates, and the code of functions. */
export class Objects {
  readonly #s3: CallAs;
  readonly #folder: string;

  /** @param folder where the code of functions is unpacked */
  constructor(s3: CallAs, folder: string) {
    this.#s3 = s3;
    this.#folder = folder;
  }

  /**
   * The template of a call, which names it or has it in its body.
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html (TemplateURL)
   */
  async template(
    call: Call,
    {
      TemplateBody: body,
      TemplateURL: url,
    }: { readonly TemplateBody?: string; readonly TemplateURL?: string },
  ): Promise<string> {
    if ((body === undefined) === (url === undefined))
      throw new ServiceError('ValidationError', 'Either TemplateBody or TemplateURL must be specified.');
    if (url === undefined) return body ?? '';
    const place = placeIn(url);
    if (place === undefined)
      throw new ServiceError('ValidationError', 'TemplateURL must be a supported URL.');
    return (await this.#read(call.principal, call.region, place)).toString();
  }

  /** Folders with the functions' code, by object key; without those that cannot be read, whose functions then fail. */
  async code(
    principal: Principal,
    region: string,
    places: readonly ObjectPlace[],
  ): Promise<ReadonlyMap<string, string>> {
    const folders = new Map<string, string>();
    for (const place of places) {
      const folder = join(this.#folder, place.Bucket, place.Key);
      if (!existsSync(folder)) {
        const archive = await this.#read(principal, region, place).catch(unlessRefused);
        if (archive === undefined) continue;
        unzip(archive, folder);
      }
      folders.set(place.Key, folder);
    }
    return folders;
  }

  async #read(principal: Principal, region: string, place: ObjectPlace): Promise<Buffer> {
    const { Body } = (await this.#s3(principal, 'GetObject', region, place)) as { readonly Body: Readable };
    return buffer(Body);
  }
}

/** Path-style, as the CDK writes it, also with the endpoint of AWS_ENDPOINT_URL; and virtual-hosted. */
function placeIn(url: string): ObjectPlace | undefined {
  const [, bucket, Key] =
    /^https:\/\/s3[.-][a-z0-9-]+\.amazonaws\.com\/([^/]+)\/(.+)$/.exec(url) ??
    /^http:\/\/(?:127\.0\.0\.1|localhost):\d+\/([^/]+)\/(.+)$/.exec(url) ??
    /^https:\/\/([a-z0-9.-]+)\.s3\.[a-z0-9-]+\.amazonaws\.com\/(.+)$/.exec(url) ??
    [];
  return bucket === undefined || Key === undefined ? undefined : { Bucket: bucket, Key };
}

/** Where a template's functions have their code. */
export function codePlaces(
  resources: readonly {
    readonly type: string;
    readonly properties: Readonly<Record<string, TemplateValue>>;
  }[],
  text: (value: TemplateValue) => string,
): readonly ObjectPlace[] {
  return resources.flatMap(({ type, properties }) => {
    if (type !== 'AWS::Lambda::Function') return [];
    const { S3Bucket, S3Key }: Readonly<Record<string, TemplateValue>> = Object(properties.Code ?? {});
    if (S3Bucket === undefined || S3Key === undefined) return [];
    return [{ Bucket: text(S3Bucket), Key: text(S3Key) }];
  });
}

function unlessRefused(error: unknown): undefined {
  if (!(error instanceof ServiceError)) throw error;
}
