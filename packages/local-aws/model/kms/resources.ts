import type { ResourceHandler, StackIdentity } from '../../cloudformation/resource.ts';
import { tagsOf } from '../../cloudformation/tags.ts';
import { parsePolicy } from '../../iam/parse-policy.ts';
import type { PolicyDocument } from '../../iam/policy.ts';
import { administratorOf } from '../../iam/roles.ts';
import { refuseUnless } from '../lambda/refuse.ts';
import { ServiceError } from '../service.ts';
import type { Key, KeyStore } from './store.ts';

export function keyHandlers(keys: KeyStore): readonly ResourceHandler[] {
  return [keyHandler(keys), aliasHandler(keys)];
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html */
function keyHandler(keys: KeyStore): ResourceHandler {
  return {
    type: 'AWS::KMS::Key',
    // A rotation changes nothing that a caller sees.
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
    async create({ properties, stack, logicalId, generatedId }) {
      refuseUnless('AWS::KMS::Key.KeySpec', properties.KeySpec, ['SYMMETRIC_DEFAULT']);
      refuseUnless('AWS::KMS::Key.KeyUsage', properties.KeyUsage, ['ENCRYPT_DECRYPT']);
      refuseUnless('AWS::KMS::Key.MultiRegion', properties.MultiRegion, [false]);
      const key = keys.add({
        id: generatedId,
        account: stack.account,
        region: stack.region,
        ...settingsOf(properties, stack.account, `${stack.name}/${logicalId}`),
      });
      return { ref: key.id, attributes: { Arn: key.arn, KeyId: key.id } };
    },
    async update({ properties, stack, logicalId }, { ref, attributes }) {
      const key = keys.find({ principal: administratorOf(stack.account), region: stack.region }, ref);
      if (key === undefined) throw new ServiceError('NotFoundException', `Key '${ref}' does not exist`);
      Object.assign(key, settingsOf(properties, stack.account, `${stack.name}/${logicalId}`));
      return { ref, attributes };
    },
    /** With the deployer's rights: the key's policy may deny it even to them. */
    async delete({ ref, properties, call }) {
      const { PendingWindowInDays } = properties;
      await call('kms', 'ScheduleKeyDeletion', {
        KeyId: ref,
        ...(PendingWindowInDays !== undefined && { PendingWindowInDays: Number(PendingWindowInDays) }),
      });
    },
  };
}

/** What a key is in the console if nothing is chosen. */
export function freshKey(account: string) {
  return settingsOf({}, account, 'a key of its owner');
}

// biome-ignore lint/suspicious/noExplicitAny: properties of a template
function settingsOf(properties: any, account: string, where: string) {
  const { KeyPolicy } = properties;
  return {
    description: properties.Description ?? '',
    policy: KeyPolicy === undefined ? defaultPolicy(account) : parsePolicy(KeyPolicy, 'resource', where),
    tags: tagsOf(properties.Tags),
    enabled: properties.Enabled !== false,
  };
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-alias.html */
function aliasHandler(keys: KeyStore): ResourceHandler {
  const target = (keyId: string, { account, region }: StackIdentity): Key => {
    const key = keys.find({ principal: administratorOf(account), region }, keyId);
    if (key !== undefined) return key;
    throw new ServiceError('NotFoundException', `Key '${keyId}' does not exist`);
  };
  return {
    type: 'AWS::KMS::Alias',
    properties: ['AliasName', 'TargetKeyId'],
    async create({ properties, stack }) {
      const { AliasName } = properties;
      keys.addAlias(AliasName, target(properties.TargetKeyId, stack));
      return { ref: AliasName, attributes: {} };
    },
    async update({ properties, stack }, { ref, attributes }) {
      const key = target(properties.TargetKeyId, stack);
      keys.deleteAlias(ref, stack);
      keys.addAlias(ref, key);
      return { ref, attributes };
    },
    delete: async ({ ref, stack }) => keys.deleteAlias(ref, stack),
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
