import { callsOf, type Row, recorded } from '../row.ts';

const call = callsOf('s3');
const s3 = (test: string) => recorded('s3/test_s3', test);
const api = (test: string) => recorded('s3/test_s3_api', test);

const NO_BUCKET = { code: 'NoSuchBucket', status: 404 };
const NO_KEY = { code: 'NoSuchKey', status: 404 };
const NO_UPLOAD = { code: 'NoSuchUpload', status: 404 };
const FAILED_CONDITION = { code: 'PreconditionFailed', status: 412 };
const MALFORMED = { code: 'MalformedXML' };
const OK = { fields: {} };
const TOMORROW = '2100-01-02T00:00:00Z';

const rule = (members: object) => ({
  Bucket: 'versioned',
  LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ...members }] },
});
const EXPIRES = { Expiration: { Days: 3 } };
const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Deny',
      Principal: { AWS: 'arn:aws:iam::111122223333:role/worker' },
      Action: 's3:DeleteObject',
      Resource: 'arn:aws:s3:::plain/*',
    },
  ],
});

const missing: readonly Row[] = [
  call('HeadBucket', { Bucket: 'none' }, { code: '404', status: 404 }, s3('test_create_bucket_head_bucket')),
  call('ListObjectsV2', { Bucket: 'none' }, NO_BUCKET, s3('test_bucket_does_not_exist')),
  call('GetObject', { Bucket: 'none', Key: 'a' }, NO_BUCKET, s3('test_get_object_no_such_bucket')),
  call('GetObject', { Bucket: 'plain', Key: 'none' }, NO_KEY, s3('test_range_key_not_exists')),
  call(
    'HeadObject',
    { Bucket: 'plain', Key: 'none' },
    { code: '404', status: 404 },
    s3('test_head_object_fields'),
  ),
  call('GetBucketVersioning', { Bucket: 'none' }, NO_BUCKET, api('test_bucket_versioning_crud')),
  call('GetBucketLocation', { Bucket: 'none' }, NO_BUCKET, s3('test_different_location_constraint')),
  call('GetBucketLocation', { Bucket: 'plain' }, { fields: { LocationConstraint: 'eu-west-1' } }),
  call(
    'DeleteObject',
    { Bucket: 'none', Key: 'a' },
    NO_BUCKET,
    s3('test_delete_non_existing_keys_in_non_existing_bucket'),
  ),
  call('DeleteObject', { Bucket: 'plain', Key: 'none' }, { status: 204, fields: {} }),
];

const objects: readonly Row[] = [
  call(
    'PutObject',
    { Bucket: 'plain', Key: 'one', Body: 'hello', Metadata: { shard: '0001' } },
    {
      fields: { ETag: '"5d41402abc4b2a76b9719d911017c592"', ServerSideEncryption: 'AES256' },
    },
  ),
  call(
    'GetObject',
    { Bucket: 'plain', Key: 'one' },
    { fields: { Body: 'hello', Metadata: { shard: '0001' } } },
  ),
  call(
    'GetObject',
    { Bucket: 'plain', Key: 'one', Range: 'bytes=1-2' },
    {
      status: 206,
      fields: { Body: 'el', ContentRange: 'bytes 1-2/5' },
    },
  ),
  call(
    'GetObject',
    { Bucket: 'plain', Key: 'one', Range: 'bytes=9-12' },
    { code: 'InvalidRange', status: 416 },
  ),
  call(
    'GetObject',
    { Bucket: 'plain', Key: 'one', IfMatch: '"none"' },
    FAILED_CONDITION,
    s3('test_precondition_failed_error'),
  ),
  call(
    'GetObject',
    { Bucket: 'plain', Key: 'one', IfNoneMatch: '"5d41402abc4b2a76b9719d911017c592"' },
    { code: '304', status: 304 },
    s3('test_s3_get_object_preconditions'),
  ),
  call(
    'GetObject',
    { Bucket: 'plain', Key: 'one', VersionId: 'not-a-version' },
    { code: 'InvalidArgument', message: 'Invalid version id specified' },
    s3('test_get_object_with_version_unversioned_bucket'),
  ),
  call(
    'PutObject',
    { Bucket: 'plain', Key: 'one', Body: 'again', IfNoneMatch: '*' },
    FAILED_CONDITION,
    api('test_put_object_if_none_match'),
  ),
  call(
    'PutObject',
    { Bucket: 'plain', Key: 'one', Body: 'again', IfMatch: '"none"' },
    FAILED_CONDITION,
    api('test_put_object_if_match'),
  ),
  call(
    'PutObject',
    { Bucket: 'plain', Key: 'none', Body: 'again', IfMatch: '"none"' },
    NO_KEY,
    api('test_put_object_if_match'),
  ),
  call(
    'PutObject',
    { Bucket: 'plain', Key: 'one', Body: 'again', IfNoneMatch: '"etag"' },
    { code: 'NotImplemented', status: 501 },
    api('test_put_object_if_none_match_validation'),
  ),
  call(
    'PutObject',
    { Bucket: 'plain', Key: 'bad', Body: 'hello', ContentMD5: '1B2M2Y8AsgTpgAmY7PhCfg==' },
    { code: 'BadDigest' },
    s3('test_s3_invalid_content_md5'),
  ),
  call(
    'PutObject',
    {
      Bucket: 'plain',
      Key: 'bad',
      Body: 'hello',
      ChecksumSHA256: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
    },
    { code: 'BadDigest' },
    s3('test_put_object_checksum'),
  ),
  call('PutObject', { Bucket: 'plain', Key: 'tagged', Body: 'x', Tagging: 'tier=hourly' }, OK),
  call(
    'GetObjectTagging',
    { Bucket: 'plain', Key: 'tagged' },
    { fields: { TagSet: [{ Key: 'tier', Value: 'hourly' }] } },
  ),
  call('GetObjectTagging', { Bucket: 'plain', Key: 'none' }, NO_KEY, s3('test_object_tagging_exc')),
  call(
    'PutObjectTagging',
    {
      Bucket: 'plain',
      Key: 'tagged',
      Tagging: {
        TagSet: [
          { Key: 'a', Value: '1' },
          { Key: 'a', Value: '2' },
        ],
      },
    },
    { code: 'InvalidTag' },
    api('test_object_tags_delete_or_overwrite_object'),
  ),
  call(
    'PutObjectTagging',
    { Bucket: 'plain', Key: 'tagged', Tagging: { TagSet: [{ Key: 'aws:a', Value: '1' }] } },
    { code: 'InvalidTag' },
    api('test_tagging_validation'),
  ),
  call('DeleteObjectTagging', { Bucket: 'plain', Key: 'tagged' }, { status: 204, fields: {} }),
  call(
    'ListObjectsV2',
    { Bucket: 'plain', Prefix: 'o', MaxKeys: 1 },
    { fields: { KeyCount: 1, IsTruncated: false } },
  ),
];

const copies: readonly Row[] = [
  call(
    'CopyObject',
    { Bucket: 'plain', Key: 'two', CopySource: 'plain/one' },
    { fields: { CopyObjectResult: { ETag: '"5d41402abc4b2a76b9719d911017c592"' } } },
  ),
  call(
    'CopyObject',
    { Bucket: 'plain', Key: 'two', CopySource: 'plain/none' },
    NO_KEY,
    s3('test_s3_copy_object_src_not_exists'),
  ),
  call(
    'CopyObject',
    { Bucket: 'plain', Key: 'two', CopySource: 'none/one' },
    NO_BUCKET,
    s3('test_s3_copy_object_src_not_exists'),
  ),
  call(
    'CopyObject',
    { Bucket: 'plain', Key: 'one', CopySource: 'plain/one' },
    { code: 'InvalidRequest', message: 'copy an object to itself' },
    s3('test_s3_copy_object_in_place'),
  ),
  call(
    'CopyObject',
    { Bucket: 'plain', Key: 'two', CopySource: 'plain/one', CopySourceIfMatch: '"none"' },
    FAILED_CONDITION,
    s3('test_s3_copy_object_preconditions'),
  ),
  call(
    'CopyObject',
    { Bucket: 'plain', Key: 'two', CopySource: 'plain/one', IfNoneMatch: '*' },
    FAILED_CONDITION,
    api('test_copy_object_if_none_match'),
  ),
  call(
    'CopyObject',
    { Bucket: 'plain', Key: 'none', CopySource: 'plain/one', IfMatch: '"x"' },
    NO_KEY,
    api('test_copy_object_if_match'),
  ),
];

const versions: readonly Row[] = [
  call('GetBucketVersioning', { Bucket: 'plain' }, OK),
  call('GetBucketVersioning', { Bucket: 'versioned' }, { fields: { Status: 'Enabled' } }),
  {
    ...call('PutObject', { Bucket: 'versioned', Key: 'a', Body: 'first' }, { fields: { VersionId: /.+/ } }),
    saves: { first: 'VersionId' },
  },
  {
    ...call(
      'DeleteObject',
      { Bucket: 'versioned', Key: 'a' },
      { status: 204, fields: { DeleteMarker: true } },
    ),
    saves: { marker: 'VersionId' },
  },
  call(
    'GetObject',
    { Bucket: 'versioned', Key: 'a' },
    NO_KEY,
    s3('test_get_object_after_deleted_in_versioned_bucket'),
  ),
  call(
    'GetObject',
    { Bucket: 'versioned', Key: 'a', VersionId: '{{marker}}' },
    { code: 'MethodNotAllowed', status: 405 },
    api('test_delete_object_versioned'),
  ),
  call(
    'HeadObject',
    { Bucket: 'versioned', Key: 'a', VersionId: '{{marker}}' },
    { code: '405', status: 405 },
    api('test_object_lock_delete_markers'),
  ),
  call('GetObject', { Bucket: 'versioned', Key: 'a', VersionId: '{{first}}' }, { fields: { Body: 'first' } }),
  call(
    'CopyObject',
    { Bucket: 'versioned', Key: 'b', CopySource: 'versioned/a?versionId={{marker}}' },
    { code: 'InvalidRequest', message: 'may not specifically refer to a delete marker' },
    s3('test_s3_copy_object_src_not_exists'),
  ),
  call(
    'GetObjectTagging',
    { Bucket: 'versioned', Key: 'a' },
    { code: 'MethodNotAllowed', status: 405 },
    api('test_object_tagging_versioned'),
  ),
  call(
    'ListObjectVersions',
    { Bucket: 'versioned', Prefix: 'a' },
    { fields: { Versions: [{ Key: 'a', IsLatest: false }], DeleteMarkers: [{ Key: 'a', IsLatest: true }] } },
  ),
  call(
    'ListObjectVersions',
    { Bucket: 'versioned', VersionIdMarker: '{{first}}' },
    { code: 'InvalidArgument', message: 'without a key marker' },
    s3('test_list_objects_versions_markers'),
  ),
  call(
    'DeleteObject',
    { Bucket: 'versioned', Key: 'a', VersionId: '{{marker}}' },
    { status: 204, fields: { DeleteMarker: true, VersionId: '{{marker}}' } },
  ),
  call(
    'DeleteObject',
    { Bucket: 'versioned', Key: 'a', VersionId: 'nonsense' },
    { code: 'InvalidArgument', message: 'Invalid version id specified' },
    api('test_delete_object'),
  ),
  call('GetObject', { Bucket: 'versioned', Key: 'a' }, { fields: { Body: 'first', VersionId: '{{first}}' } }),
];

const locks: readonly Row[] = [
  call(
    'GetObjectLockConfiguration',
    { Bucket: 'plain' },
    { code: 'ObjectLockConfigurationNotFoundError', status: 404 },
    api('test_get_object_lock_configuration_exc'),
  ),
  call(
    'PutObjectLockConfiguration',
    { Bucket: 'plain', ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } },
    { code: 'InvalidBucketState', status: 409 },
    api('test_put_object_lock_configuration_on_existing_bucket'),
  ),
  call(
    'PutObjectLockConfiguration',
    {
      Bucket: 'locked',
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 1, Years: 1 } },
      },
    },
    MALFORMED,
    api('test_put_object_lock_configuration_exc'),
  ),
  call(
    'PutObjectLockConfiguration',
    {
      Bucket: 'locked',
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 1 } },
      },
    },
    OK,
  ),
  call(
    'GetObjectLockConfiguration',
    { Bucket: 'locked' },
    {
      fields: {
        ObjectLockConfiguration: {
          ObjectLockEnabled: 'Enabled',
          Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 1 } },
        },
      },
    },
  ),
  call(
    'PutBucketVersioning',
    { Bucket: 'locked', VersioningConfiguration: { Status: 'Suspended' } },
    { code: 'InvalidBucketState', status: 409 },
    api('test_disable_versioning_on_locked_bucket'),
  ),
  {
    ...call('PutObject', { Bucket: 'locked', Key: 'a', Body: 'kept' }, { fields: { VersionId: /.+/ } }),
    saves: { kept: 'VersionId' },
  },
  call(
    'GetObjectRetention',
    { Bucket: 'locked', Key: 'a' },
    { fields: { Retention: { Mode: 'GOVERNANCE' } } },
  ),
  call(
    'GetObjectRetention',
    { Bucket: 'plain', Key: 'one' },
    { code: 'InvalidRequest', message: 'Bucket is missing Object Lock Configuration' },
    s3('test_s3_object_retention_exc'),
  ),
  call(
    'DeleteObject',
    { Bucket: 'locked', Key: 'a', VersionId: '{{kept}}' },
    { code: 'AccessDenied', status: 403 },
    s3('test_s3_object_retention_compliance_mode'),
  ),
  call(
    'PutObjectRetention',
    { Bucket: 'locked', Key: 'a', Retention: { Mode: 'BAD', RetainUntilDate: TOMORROW } },
    MALFORMED,
    s3('test_s3_object_retention_exc'),
  ),
  call(
    'PutObjectRetention',
    {
      Bucket: 'locked',
      Key: 'a',
      Retention: { Mode: 'GOVERNANCE', RetainUntilDate: '2020-01-01T00:00:00Z' },
    },
    { code: 'InvalidArgument', message: 'The retain until date must be in the future!' },
    s3('test_s3_object_retention_exc'),
  ),
  call(
    'PutObjectRetention',
    { Bucket: 'locked', Key: 'none', Retention: { Mode: 'GOVERNANCE', RetainUntilDate: TOMORROW } },
    NO_KEY,
    s3('test_s3_object_retention_exc'),
  ),
  call(
    'PutObject',
    {
      Bucket: 'plain',
      Key: 'b',
      Body: 'x',
      ObjectLockMode: 'GOVERNANCE',
      ObjectLockRetainUntilDate: TOMORROW,
    },
    { code: 'InvalidRequest', message: 'Bucket is missing Object Lock Configuration' },
    s3('test_s3_object_hold'),
  ),
  call('PutObjectLegalHold', { Bucket: 'locked', Key: 'a', LegalHold: { Status: 'ON' } }, OK),
  call(
    'PutObjectLegalHold',
    { Bucket: 'plain', Key: 'one', LegalHold: { Status: 'ON' } },
    { code: 'InvalidRequest' },
    s3('test_s3_legal_hold_exc'),
  ),
];

const lifecycle: readonly Row[] = [
  call(
    'GetBucketLifecycleConfiguration',
    { Bucket: 'plain' },
    { code: 'NoSuchLifecycleConfiguration', status: 404 },
    s3('test_delete_bucket_lifecycle_configuration'),
  ),
  call(
    'PutBucketLifecycleConfiguration',
    rule({ ID: 'all', ...EXPIRES }),
    MALFORMED,
    s3('test_put_bucket_lifecycle_conf_exc'),
  ),
  call(
    'PutBucketLifecycleConfiguration',
    rule({ ID: 'all', Filter: { Prefix: 'a', ObjectSizeGreaterThan: 500 }, ...EXPIRES }),
    MALFORMED,
    s3('test_put_bucket_lifecycle_conf_exc'),
  ),
  call(
    'PutBucketLifecycleConfiguration',
    rule({ ID: 'all', Filter: { Prefix: '' }, Prefix: '', ...EXPIRES }),
    MALFORMED,
  ),
  call(
    'PutBucketLifecycleConfiguration',
    rule({ ID: 'all', Filter: {} }),
    { code: 'InvalidRequest', message: 'At least one action' },
    s3('test_put_bucket_lifecycle_conf_exc'),
  ),
  call(
    'PutBucketLifecycleConfiguration',
    rule({ ID: 'all', Filter: {}, Expiration: { Days: 3, ExpiredObjectDeleteMarker: true } }),
    MALFORMED,
    s3('test_put_bucket_lifecycle_conf_exc'),
  ),
  call(
    'PutBucketLifecycleConfiguration',
    rule({
      ID: 'all',
      Filter: {
        And: {
          Prefix: 'a',
          Tags: [
            { Key: 'k', Value: '1' },
            { Key: 'k', Value: '2' },
          ],
        },
      },
      ...EXPIRES,
    }),
    { code: 'InvalidRequest', message: 'Duplicate Tag Keys are not allowed' },
    s3('test_put_bucket_lifecycle_conf_exc'),
  ),
  call(
    'PutBucketLifecycleConfiguration',
    rule({ ID: 'all', Filter: {}, Status: 'enabled', ...EXPIRES }),
    MALFORMED,
  ),
  call(
    'PutBucketLifecycleConfiguration',
    rule({ ID: 'all', Filter: {}, Expiration: { Days: 0 } }),
    { code: 'InvalidArgument', message: 'must be a positive integer' },
    'https://github.com/hashicorp/terraform-provider-aws/issues/4816',
  ),
  call('PutBucketLifecycleConfiguration', rule({ ID: 'x'.repeat(256), Filter: {}, ...EXPIRES }), {
    code: 'InvalidArgument',
  }),
  call(
    'PutBucketLifecycleConfiguration',
    {
      Bucket: 'versioned',
      LifecycleConfiguration: {
        Rules: [
          { ID: 'same', Status: 'Enabled', Filter: { Prefix: 'a' }, ...EXPIRES },
          { ID: 'same', Status: 'Enabled', Filter: { Prefix: 'b' }, ...EXPIRES },
        ],
      },
    },
    { code: 'InvalidArgument', message: 'Rule ID must be unique' },
    'https://github.com/aws/aws-cli/issues/2437',
  ),
  call(
    'PutBucketLifecycleConfiguration',
    { Bucket: 'versioned', LifecycleConfiguration: { Rules: [] } },
    MALFORMED,
  ),
  call(
    'PutBucketLifecycleConfiguration',
    rule({
      ID: 'all',
      Filter: { And: { Prefix: 'hourly/', Tags: [{ Key: 'redrill-released', Value: 'true' }] } },
      ...EXPIRES,
    }),
    OK,
  ),
  call(
    'GetBucketLifecycleConfiguration',
    { Bucket: 'versioned' },
    { fields: { Rules: [{ ID: 'all', Status: 'Enabled', Expiration: { Days: 3 } }] } },
  ),
  call('DeleteBucketLifecycle', { Bucket: 'versioned' }, { status: 204, fields: {} }),
  call(
    'GetBucketLifecycleConfiguration',
    { Bucket: 'versioned' },
    { code: 'NoSuchLifecycleConfiguration', status: 404 },
    s3('test_delete_bucket_lifecycle_configuration'),
  ),
];

const policies: readonly Row[] = [
  call(
    'GetBucketPolicy',
    { Bucket: 'plain' },
    { code: 'NoSuchBucketPolicy', status: 404 },
    api('test_bucket_policy_crud'),
  ),
  call(
    'PutBucketPolicy',
    { Bucket: 'plain', Policy: '' },
    { code: 'MalformedPolicy', message: 'Policies must be valid JSON and the first byte must be' },
    s3('test_put_bucket_policy_invalid'),
  ),
  call(
    'PutBucketPolicy',
    { Bucket: 'plain', Policy: '{ "not json' },
    { code: 'MalformedPolicy' },
    'https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#S3ErrorCodeList',
  ),
  call(
    'PutBucketPolicy',
    { Bucket: 'plain', Policy: '{}' },
    { code: 'MalformedPolicy', message: 'Missing required field Statement' },
    'https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#S3ErrorCodeList',
  ),
  call(
    'PutBucketPolicy',
    { Bucket: 'plain', Policy: POLICY.replace('arn:aws:s3:::plain/*', 'arn:aws:s3:::other/*') },
    { code: 'MalformedPolicy', message: 'Policy has invalid resource' },
    'https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#S3ErrorCodeList',
  ),
  call('PutBucketPolicy', { Bucket: 'none', Policy: POLICY }, NO_BUCKET),
  call(
    'PutBucketPolicy',
    { Bucket: 'plain', Policy: POLICY },
    { status: 204, fields: {} },
    s3('test_bucket_policy_crud'),
  ),
  call(
    'GetBucketPolicy',
    { Bucket: 'plain' },
    { fields: { Policy: /^\{"Version":"2012-10-17".*role\/worker.*\}$/ } },
  ),
  call('DeleteBucketPolicy', { Bucket: 'plain' }, { status: 204, fields: {} }),
  call(
    'GetBucketPolicy',
    { Bucket: 'plain' },
    { code: 'NoSuchBucketPolicy', status: 404 },
    api('test_bucket_policy_crud'),
  ),
  call(
    'GetPublicAccessBlock',
    { Bucket: 'plain' },
    { code: 'NoSuchPublicAccessBlockConfiguration', status: 404 },
    api('test_crud_public_access_block'),
  ),
  call(
    'PutPublicAccessBlock',
    {
      Bucket: 'plain',
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    },
    OK,
  ),
  call(
    'PutBucketPolicy',
    {
      Bucket: 'plain',
      Policy: POLICY.replace('"Deny"', '"Allow"').replace(
        '{"AWS":"arn:aws:iam::111122223333:role/worker"}',
        '"*"',
      ),
    },
    { code: 'AccessDenied', status: 403 },
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html',
  ),
  call(
    'GetBucketEncryption',
    { Bucket: 'plain' },
    {
      fields: {
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
      },
    },
  ),
];

const multipart: readonly Row[] = [
  call(
    'AbortMultipartUpload',
    { Bucket: 'plain', Key: 'm', UploadId: 'none' },
    NO_UPLOAD,
    s3('test_multipart_no_such_upload'),
  ),
  call(
    'CompleteMultipartUpload',
    {
      Bucket: 'plain',
      Key: 'm',
      UploadId: 'none',
      MultipartUpload: { Parts: [{ ETag: '"a"', PartNumber: 1 }] },
    },
    NO_UPLOAD,
    s3('test_multipart_no_such_upload'),
  ),
  {
    ...call('CreateMultipartUpload', { Bucket: 'plain', Key: 'm' }, { fields: { UploadId: /.+/ } }),
    saves: { upload: 'UploadId' },
  },
  {
    ...call(
      'UploadPart',
      { Bucket: 'plain', Key: 'm', UploadId: '{{upload}}', PartNumber: 1, Body: 'one' },
      OK,
    ),
    saves: { part: 'ETag' },
  },
  call(
    'UploadPart',
    { Bucket: 'plain', Key: 'm', UploadId: '{{upload}}', PartNumber: 0, Body: 'one' },
    { code: 'InvalidArgument' },
  ),
  call(
    'UploadPart',
    { Bucket: 'plain', Key: 'm', UploadId: '{{upload}}', PartNumber: 10_001, Body: 'one' },
    { code: 'InvalidArgument' },
  ),
  call('UploadPart', { Bucket: 'plain', Key: 'm', UploadId: '{{upload}}', PartNumber: 2, Body: 'two' }, OK),
  call(
    'CompleteMultipartUpload',
    { Bucket: 'plain', Key: 'm', UploadId: '{{upload}}', MultipartUpload: { Parts: [] } },
    MALFORMED,
    s3('test_multipart_complete_multipart_too_small'),
  ),
  call(
    'CompleteMultipartUpload',
    {
      Bucket: 'plain',
      Key: 'm',
      UploadId: '{{upload}}',
      MultipartUpload: { Parts: [{ ETag: '{{part}}', PartNumber: 3 }] },
    },
    { code: 'InvalidPart' },
    s3('test_multipart_complete_multipart_wrong_part'),
  ),
  call(
    'CompleteMultipartUpload',
    {
      Bucket: 'plain',
      Key: 'm',
      UploadId: '{{upload}}',
      MultipartUpload: {
        Parts: [
          { ETag: '{{part}}', PartNumber: 2 },
          { ETag: '{{part}}', PartNumber: 1 },
        ],
      },
    },
    { code: 'InvalidPartOrder' },
    s3('test_complete_multipart_parts_order'),
  ),
  call(
    'AbortMultipartUpload',
    { Bucket: 'plain', Key: 'm', UploadId: '{{upload}}' },
    { status: 204, fields: {} },
  ),
  call(
    'CreateMultipartUpload',
    { Bucket: 'plain', Key: 'm', ChecksumType: 'COMPOSITE', ChecksumAlgorithm: 'CRC64NVME' },
    { code: 'InvalidRequest', message: 'The COMPOSITE checksum type cannot be used' },
    s3('test_multipart_checksum_type_compatibility'),
  ),
];

export const S3: readonly Row[] = [
  ...missing,
  ...objects,
  ...copies,
  ...versions,
  ...locks,
  ...lifecycle,
  ...policies,
  ...multipart,
];
