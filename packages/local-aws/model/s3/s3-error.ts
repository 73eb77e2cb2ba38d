import { ServiceError } from '../service.ts';

/** A refusal that says something in headers, as S3 does where a HEAD has no body to say it in. */
export class S3Error extends ServiceError {
  readonly headers: Readonly<Record<string, string>>;

  constructor(options: {
    readonly code: string;
    readonly message: string;
    readonly status: number;
    readonly details?: Readonly<Record<string, unknown>>;
    readonly headers?: Readonly<Record<string, string>>;
  }) {
    super(options.code, options.message, options.status, options.details);
    this.headers = options.headers ?? {};
  }
}

/*
 * The codes, texts and statuses of https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */

export function invalidRequest(message: string): S3Error {
  return new S3Error({ code: 'InvalidRequest', message, status: 400 });
}

export function invalidArgument(message: string, name: string, value: string): S3Error {
  const details = { ArgumentName: name, ArgumentValue: value };
  return new S3Error({ code: 'InvalidArgument', message, status: 400, details });
}

export function malformedXml(): S3Error {
  const message = 'The XML you provided was not well-formed or did not validate against our published schema';
  return new S3Error({ code: 'MalformedXML', message, status: 400 });
}

export function accessDenied(message: string): S3Error {
  return new S3Error({ code: 'AccessDenied', message, status: 403 });
}

export function preconditionFailed(condition: string): S3Error {
  return new S3Error({
    code: 'PreconditionFailed',
    message: 'At least one of the pre-conditions you specified did not hold',
    status: 412,
    details: { Condition: condition },
  });
}

export function badDigest(algorithm: string): S3Error {
  const message = `The ${algorithm} you specified did not match the calculated checksum.`;
  return new S3Error({ code: 'BadDigest', message, status: 400 });
}

export function noSuchBucket(bucket: string): S3Error {
  const message = 'The specified bucket does not exist';
  return new S3Error({ code: 'NoSuchBucket', message, status: 404, details: { BucketName: bucket } });
}

export function noSuchKey(key: string): S3Error {
  const message = 'The specified key does not exist.';
  return new S3Error({ code: 'NoSuchKey', message, status: 404, details: { Key: key } });
}

export function noSuchVersion(key: string, versionId: string): S3Error {
  const details = { Key: key, VersionId: versionId };
  return new S3Error({
    code: 'NoSuchVersion',
    message: 'The specified version does not exist.',
    status: 404,
    details,
  });
}

export function noSuchUpload(uploadId: string): S3Error {
  return new S3Error({
    code: 'NoSuchUpload',
    message:
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    status: 404,
    details: { UploadId: uploadId },
  });
}
