import { expect, it } from 'vitest';
import { matchesAction, matchesResource } from '../../iam/match.ts';

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
it.each([
  ['*', 'arn:aws:s3:::vault/a', true],
  ['arn:aws:s3:::vault/*', 'arn:aws:s3:::vault/a/b.rdb', true],
  ['arn:aws:s3:::vault/*', 'arn:aws:s3:::vault', false],
  ['arn:aws:s3:::vault*', 'arn:aws:s3:::vault/a:b', true],
  ['arn:aws:s3:::*/a', 'arn:aws:s3:::vault/b:c/a', true],
  ['arn:aws:s3:::vault/shard-000?.rdb', 'arn:aws:s3:::vault/shard-0001.rdb', true],
  ['arn:aws:s3:::vault/shard-000?.rdb', 'arn:aws:s3:::vault/shard-00012.rdb', false],
  ['arn:aws:s3:::va.lt', 'arn:aws:s3:::vault', false],
  ['arn:aws:elasticache:*:1:snapshot:redrill-*', 'arn:aws:elasticache:eu-west-1:1:snapshot:redrill-a', true],
  ['arn:aws:elasticache:eu-*-1:1:snapshot:a', 'arn:aws:elasticache:eu-west-1:1:snapshot:a', true],
  ['arn:aws:elasticache:e*1:1:snapshot:a', 'arn:aws:elasticache:e:x1:1:snapshot:a', false],
  ['arn:aws:sns:*:*:*', 'arn:aws:sns:eu-west-1:1:alerts', true],
])('resource %s matches %s: %s', (pattern, resource, matches) => {
  expect(matchesResource(pattern, resource)).toBe(matches);
});

it.each([
  ['s3:Get*', 's3:GetObject', true],
  ['S3:GETOBJECT', 's3:GetObject', true],
  ['s3:GetObject', 's3:GetObjectTagging', false],
  ['kms:GenerateDataKey*', 'kms:GenerateDataKeyWithoutPlaintext', true],
  ['*', 'elasticache:CreateSnapshot', true],
])('action %s matches %s: %s', (pattern, action, matches) => {
  expect(matchesAction(pattern, action)).toBe(matches);
});
