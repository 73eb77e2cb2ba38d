import { generatedUuid } from '../../cloudformation/generated-name.ts';
import type { ResourceHandler } from '../../cloudformation/resource.ts';
import { tagsOf } from '../../cloudformation/tags.ts';
import { parsePolicy } from '../../iam/parse-policy.ts';
import type { PolicyDocument } from '../../iam/policy.ts';
import { administratorOf } from '../../iam/roles.ts';
import { refuseUnless } from '../lambda/refuse.ts';
import { ServiceError } from '../service.ts';
import type { KeyStore } from './store.ts';

/** Days between automatic rotations unless the key says otherwise, and the shortest and longest allowed.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html */
const ROTATION_DEFAULT_DAYS = 365;

export function keyHandlers(keys: KeyStore): readonly ResourceHandler[] {
  return [keyHandler(keys), aliasHandler(keys)];
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html */
function keyHandler(keys: KeyStore): ResourceHandler {
  return {
    type: 'AWS::KMS::Key',
    properties: [
      'Description',
      'Enabled',
      'EnableKeyRotation',
      'KeyPolicy',
      'KeySpec',
      'KeyUsage',
      'MultiRegion',
      'PendingWindowInDays',
      'RotationPeriodInDays',
      'Tags',
    ],
    async create({ properties, stack, logicalId }) {
      refuseUnless('AWS::KMS::Key.KeySpec', properties.KeySpec, ['SYMMETRIC_DEFAULT']);
      refuseUnless('AWS::KMS::Key.KeyUsage', properties.KeyUsage, ['ENCRYPT_DECRYPT']);
      refuseUnless('AWS::KMS::Key.MultiRegion', properties.MultiRegion, [false]);
      const { KeyPolicy, EnableKeyRotation, RotationPeriodInDays = ROTATION_DEFAULT_DAYS } = properties;
      const key = keys.add({
        id: generatedUuid(stack, logicalId),
        account: stack.account,
        region: stack.region,
        description: properties.Description ?? '',
        policy:
          KeyPolicy === undefined
            ? defaultPolicy(stack.account)
            : parsePolicy(KeyPolicy, 'resource', `${stack.name}/${logicalId}`),
        tags: tagsOf(properties.Tags),
        rotationDays: EnableKeyRotation === true ? Number(RotationPeriodInDays) : undefined,
        enabled: properties.Enabled !== false,
      });
      return { ref: key.id, attributes: { Arn: key.arn, KeyId: key.id } };
    },
  };
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-alias.html */
function aliasHandler(keys: KeyStore): ResourceHandler {
  return {
    type: 'AWS::KMS::Alias',
    properties: ['AliasName', 'TargetKeyId'],
    async create({ properties, stack }) {
      const { AliasName, TargetKeyId } = properties;
      const key = keys.find({ principal: administratorOf(stack.account), region: stack.region }, TargetKeyId);
      if (key === undefined)
        throw new ServiceError('NotFoundException', `Key '${TargetKeyId}' does not exist`);
      keys.addAlias(AliasName, key);
      return { ref: AliasName, attributes: {} };
    },
  };
}

/** @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
function defaultPolicy(account: string): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: [administratorOf(account).arn] }, Action: 'kms:*', Resource: '*' },
    ],
  };
}
