import { describe, expect, it } from 'vitest';
import type { ResourceDeclaration, ResourceHandler } from '../../cloudformation/resource.ts';
import { Stacks } from '../../cloudformation/stacks.ts';
import { parseTemplate } from '../../cloudformation/template.ts';
import { ServiceError } from '../../model/service.ts';

/*
 * What CloudFormation does with a stack that changes, fails or goes, on types whose handlers only remember what was asked
 * of them. What the services do themselves is in services.test.ts.
 */

const PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  'AWS::SNS::Topic': ['TopicName', 'DisplayName'],
  'AWS::SQS::Queue': ['QueueName', 'MessageRetentionPeriod'],
  'AWS::S3::Bucket': ['BucketName', 'Tags'],
  'AWS::EC2::SecurityGroup': ['GroupName', 'GroupDescription'],
  'AWS::EC2::VPC': ['CidrBlock', 'InstanceTenancy'],
};

/** CloudFormation with services that keep a list of what there is, and fail where they are told to. */
function cloudFormation(existing: readonly string[] = []) {
  const log: string[] = [];
  const fails = new Set<string>();
  const there = new Set<string>(existing);
  const act = (verb: string, ref: string) => {
    log.push(`${verb} ${ref}`);
    if (fails.has(`${verb} ${ref}`)) throw new ServiceError('Broken', `${ref} is broken`);
  };
  const nameOf = ({ properties, generatedName }: ResourceDeclaration): string =>
    properties.TopicName ??
    properties.QueueName ??
    properties.BucketName ??
    properties.GroupName ??
    generatedName;
  const handlers = Object.entries(PROPERTIES).map(
    ([type, properties]): ResourceHandler => ({
      type,
      properties,
      create: async (declaration) => {
        const ref = nameOf(declaration);
        act('create', ref);
        if (there.has(ref)) throw new ServiceError('AlreadyExists', `${ref} already exists`);
        there.add(ref);
        return { ref, attributes: { Arn: `arn:${ref}` } };
      },
      update: async (_declaration, { ref, attributes }) => {
        act('update', ref);
        return { ref, attributes };
      },
      delete: async ({ ref }) => {
        act('delete', ref);
        there.delete(ref);
      },
      find: (declaration) =>
        type === 'AWS::S3::Bucket' && there.has(nameOf(declaration))
          ? { ref: nameOf(declaration), attributes: { Arn: `arn:${nameOf(declaration)}` } }
          : undefined,
    }),
  );
  const stacks = new Stacks({ handlers });
  return {
    log,
    fails,
    there,
    stacks,
    async deploy(resources: object, options = {}) {
      log.length = 0;
      const template = parseTemplate({ Resources: { ...resources } }, 'Vault');
      const artifact = {
        name: 'Vault',
        account: undefined,
        region: 'eu-central-1',
        template,
        body: '',
        assets: new Map(),
        dependsOn: [],
      };
      const [stack] = await stacks.deploy({ folder: '', stacks: [artifact] }, options);
      return stack;
    },
    async destroy() {
      log.length = 0;
      return stacks.destroy('Vault');
    },
    get eventsOfLast() {
      const { events } = stacks.get('Vault');
      return events.map(({ logicalId, status }) => `${logicalId} ${status}`);
    },
  };
}

const topic = (name: string | undefined, more: object = {}, attributes: object = {}) => ({
  Type: 'AWS::SNS::Topic',
  Properties: { ...(name === undefined ? {} : { TopicName: name }), ...more },
  ...attributes,
});
const bucket = (name: unknown, attributes: object = {}, more: object = {}) => ({
  Type: 'AWS::S3::Bucket',
  Properties: { BucketName: name, ...more },
  ...attributes,
});

describe('an update', () => {
  it('changes in place what can be, creates what is new, and deletes last what is no longer there', async () => {
    const { deploy, log, there } = cloudFormation();
    await deploy({ Old: topic('old'), Kept: topic('kept'), Changed: topic('changed') });
    const stack = await deploy({
      Kept: topic('kept'),
      Changed: topic('changed', { DisplayName: 'x' }),
      New: topic('new'),
    });
    expect(log).toEqual(['update changed', 'create new', 'delete old']);
    expect([...there]).toEqual(['kept', 'changed', 'new']);
    expect(stack).toMatchObject({ status: 'UPDATE_COMPLETE' });
  });

  it('without a change does nothing', async () => {
    const { deploy, log } = cloudFormation();
    await deploy({ Topic: topic('one') });
    await deploy({ Topic: topic('one') });
    expect(log).toEqual([]);
  });

  it('creates a replacement first, changes those that refer to it, and then deletes what it replaces', async () => {
    const { deploy, log } = cloudFormation();
    const queue = {
      Type: 'AWS::SQS::Queue',
      Properties: { QueueName: 'q', MessageRetentionPeriod: { Ref: 'Topic' } },
    };
    await deploy({ Queue: queue, Topic: topic('one') });
    await deploy({ Queue: queue, Topic: topic('two') });
    expect(log).toEqual(['create two', 'update q', 'delete one']);
  });

  it('gives a replacement without a name of its own another generated one', async () => {
    const { deploy, there } = cloudFormation();
    const vpc = (CidrBlock: string) => ({ Type: 'AWS::EC2::VPC', Properties: { CidrBlock } });
    await deploy({ Vpc: vpc('10.0.0.0/16') });
    const [before] = there;
    await deploy({ Vpc: vpc('10.1.0.0/16') });
    expect([...there]).toHaveLength(1);
    expect([...there]).not.toEqual([before]);
  });

  it.each<[string, object, readonly string[]]>([
    ['deletes what was replaced', {}, ['create two', 'delete one']],
    ['keeps it under UpdateReplacePolicy Retain', { UpdateReplacePolicy: 'Retain' }, ['create two']],
    ['does not ask the DeletionPolicy', { DeletionPolicy: 'Retain' }, ['create two', 'delete one']],
  ])('%s', async (_name, attributes, done) => {
    const { deploy, log } = cloudFormation();
    await deploy({ Topic: topic('one', {}, attributes) });
    await deploy({ Topic: topic('two', {}, attributes) });
    expect(log).toEqual(done);
  });

  it.each(['Retain', 'RetainExceptOnCreate'])(
    'keeps what is removed from the template under DeletionPolicy %s',
    async (DeletionPolicy) => {
      const world = cloudFormation();
      await world.deploy({ Topic: topic('one', {}, { DeletionPolicy }), Other: topic('other') });
      await world.deploy({ Other: topic('other') });
      expect(world.log).toEqual([]);
      expect(world.eventsOfLast.at(-1)).toBe('Topic DELETE_SKIPPED');
    },
  );

  it('refuses to replace a resource that keeps a name of its own, and is rolled back', async () => {
    const world = cloudFormation();
    const group = (GroupDescription: string, GroupName: string) => ({
      Type: 'AWS::EC2::SecurityGroup',
      Properties: { GroupName, GroupDescription },
    });
    await world.deploy({ Group: group('before', 'one') });
    await expect(world.deploy({ Group: group('after', 'one') })).rejects.toThrow(
      'CloudFormation cannot update a stack when a custom-named resource requires replacing. ' +
        'Rename one and update the stack again.',
    );
    expect(world.stacks.get('Vault').status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect([...world.there]).toEqual(['one']);
    await world.deploy({ Group: group('after', 'two') });
    expect([...world.there]).toEqual(['two']);
  });

  it('refuses a change of which only AWS knows whether it replaces', async () => {
    const world = cloudFormation();
    const vpc = (InstanceTenancy: string) => ({
      Type: 'AWS::EC2::VPC',
      Properties: { CidrBlock: '10.0.0.0/16', InstanceTenancy },
    });
    await world.deploy({ Vpc: vpc('default') });
    await expect(world.deploy({ Vpc: vpc('dedicated') })).rejects.toThrow(
      'a change of AWS::EC2::VPC.InstanceTenancy (Vpc)',
    );
  });

  it('refuses another type under the same logical id', async () => {
    const { deploy } = cloudFormation();
    await deploy({ One: topic('one') });
    await expect(deploy({ One: bucket('one') })).rejects.toThrow(
      'Update of resource type is not permitted. The new template modifies resource type of the following resources: [One]',
    );
  });

  it('that cannot delete what it replaced is complete all the same, and says what stayed behind', async () => {
    const world = cloudFormation();
    await world.deploy({ Topic: topic('one') });
    world.fails.add('delete one');
    const stack = await world.deploy({ Topic: topic('two') });
    expect(stack).toMatchObject({ status: 'UPDATE_COMPLETE' });
    expect(stack?.events.at(-1)).toMatchObject({
      logicalId: 'Topic',
      physicalId: 'one',
      status: 'DELETE_FAILED',
      reason: 'one is broken',
    });
  });
});

describe('an update that fails', () => {
  it('changes everything back, deletes what it made, and leaves what it would have replaced', async () => {
    const world = cloudFormation();
    await world.deploy({ A: topic('a'), B: topic('b'), C: topic('c') });
    world.fails.add('create broken');
    const failing = world.deploy({
      A: topic('a', { DisplayName: 'changed' }),
      B: topic('b2'),
      New: topic('new'),
      Z: topic('broken', {}, { DependsOn: ['A', 'B', 'New'] }),
    });
    await expect(failing).rejects.toThrow('broken is broken');
    expect(world.log).toEqual([
      'update a',
      'create b2',
      'create new',
      'create broken',
      'update a',
      'delete new',
      'delete b2',
    ]);
    expect([...world.there]).toEqual(['a', 'b', 'c']);
    expect(world.stacks.get('Vault')).toMatchObject({
      status: 'UPDATE_ROLLBACK_COMPLETE',
      resources: [
        { logicalId: 'A', properties: { TopicName: 'a' } },
        { logicalId: 'B', ref: 'b' },
        { logicalId: 'C' },
      ],
    });
  });

  it('and cannot be taken back leaves a stack that is not updated until a person has looked', async () => {
    const world = cloudFormation();
    await world.deploy({ A: topic('a') });
    world.fails.add('create broken');
    const changed = { A: topic('a', { DisplayName: 'x' }), Z: topic('broken', {}, { DependsOn: 'A' }) };
    const update = world.deploy(changed, {
      // After its change and before its rollback, the topic breaks, too.
      pause: async () => void (world.log.includes('create broken') && world.fails.add('update a')),
    });
    await expect(update).rejects.toThrow('broken is broken');
    expect(world.stacks.get('Vault').status).toBe('UPDATE_ROLLBACK_FAILED');
    await expect(world.deploy({ A: topic('a') })).rejects.toThrow(
      'is in UPDATE_ROLLBACK_FAILED state and can not be updated',
    );
  });
});

describe('a creation that fails', () => {
  const broken = { Z: topic('broken', {}, { DependsOn: ['Kept', 'Fresh', 'Plain'] }) };
  const stateful = {
    Kept: topic('kept', {}, { DeletionPolicy: 'Retain' }),
    Fresh: topic('fresh', {}, { DeletionPolicy: 'RetainExceptOnCreate' }),
    Plain: topic('plain'),
  };

  it('deletes what it made but what is to be retained always', async () => {
    const world = cloudFormation();
    world.fails.add('create broken');
    await expect(world.deploy({ ...stateful, ...broken })).rejects.toThrow('broken is broken');
    expect([...world.there]).toEqual(['kept']);
    expect(world.eventsOfLast).toEqual([
      'Kept CREATE_COMPLETE',
      'Fresh CREATE_COMPLETE',
      'Plain CREATE_COMPLETE',
      'Z CREATE_FAILED',
      'Plain DELETE_COMPLETE',
      'Fresh DELETE_COMPLETE',
      'Kept DELETE_SKIPPED',
    ]);
    expect(world.stacks.get('Vault').status).toBe('ROLLBACK_COMPLETE');
  });

  it('and is tried again finds what was retained in its way, unless that is imported', async () => {
    const world = cloudFormation();
    world.fails.add('create broken');
    const named = {
      Kept: bucket('kept', { DeletionPolicy: 'Retain' }),
      Fresh: topic('fresh'),
      Plain: topic('plain'),
    };
    await expect(world.deploy({ ...named, ...broken })).rejects.toThrow('broken is broken');
    world.fails.clear();
    await expect(world.deploy({ ...named, ...broken })).rejects.toThrow('kept already exists');
    const stack = await world.deploy({ ...named, ...broken }, { importExistingResources: true });
    expect(stack).toMatchObject({ status: 'CREATE_COMPLETE' });
    expect(stack?.events[0]).toMatchObject({ logicalId: 'Kept', status: 'IMPORT_COMPLETE' });
  });

  it('and cannot be taken back is deleted before the next try, and until then nothing is tried', async () => {
    const world = cloudFormation();
    world.fails.add('create broken').add('delete plain');
    await expect(world.deploy({ ...stateful, ...broken })).rejects.toThrow('broken is broken');
    expect(world.stacks.get('Vault')).toMatchObject({
      status: 'ROLLBACK_FAILED',
      resources: [{ logicalId: 'Plain' }],
    });
    world.fails.delete('create broken');
    await expect(world.deploy({ Plain: topic('plain') })).rejects.toThrow('DELETE_FAILED: Plain');
    world.fails.clear();
    await world.destroy();
    await expect(world.deploy({ Plain: topic('plain') })).resolves.toMatchObject({
      status: 'CREATE_COMPLETE',
    });
  });
});

describe('destroying a stack', () => {
  it('deletes each resource before those that it depends on, and keeps what is to be retained', async () => {
    const world = cloudFormation();
    await world.deploy({
      A: topic('a'),
      B: topic('b', { DisplayName: { Ref: 'A' } }),
      C: topic('c', {}, { DependsOn: 'B', DeletionPolicy: 'RetainExceptOnCreate' }),
    });
    const stack = await world.destroy();
    expect(world.log).toEqual(['delete b', 'delete a']);
    expect(stack).toMatchObject({ status: 'DELETE_COMPLETE', resources: [] });
    expect(() => world.stacks.get('Vault')).toThrow('Stack with id Vault does not exist');
  });

  it('that cannot delete a resource leaves what that one needs, and deletes the rest', async () => {
    const world = cloudFormation();
    await world.deploy({ A: topic('a'), B: topic('b', { DisplayName: { Ref: 'A' } }), C: topic('c') });
    world.fails.add('delete b');
    await expect(world.destroy()).rejects.toThrow('The stack Vault is in DELETE_FAILED: B: b is broken');
    expect([...world.there]).toEqual(['a', 'b']);
    await expect(world.deploy({ A: topic('a') })).rejects.toThrow(
      'DELETE_FAILED state and can not be updated',
    );
    world.fails.clear();
    await expect(world.destroy()).resolves.toMatchObject({ status: 'DELETE_COMPLETE' });
  });
});

describe('an import of existing resources', () => {
  const retained = { DeletionPolicy: 'RetainExceptOnCreate' };
  const importing = { importExistingResources: true };

  it('takes a bucket of that name into the stack and changes nothing about it', async () => {
    const world = cloudFormation(['vault']);
    const stack = await world.deploy({ Vault: bucket('vault', retained) }, importing);
    expect(world.log).toEqual([]);
    expect(stack?.resources).toMatchObject([{ ref: 'vault', attributes: { Arn: 'arn:vault' } }]);
    await world.deploy({ Vault: bucket('vault', retained, { Tags: [] }) });
    expect(world.log).toEqual(['update vault']);
  });

  it.each<[string, object, object]>([
    ['that is not asked for', bucket('vault', retained), {}],
    ['of a bucket that would be deleted', bucket('vault'), importing],
    ['of a bucket whose name is put together', bucket({ 'Fn::Join': ['', ['vault']] }, retained), importing],
    ['of a type that cannot be found here', topic('vault', {}, retained), importing],
  ])('%s creates, and finds the name taken', async (_name, resource, options) => {
    const world = cloudFormation(['vault']);
    await expect(world.deploy({ Vault: resource }, options)).rejects.toThrow('vault already exists');
    expect([...world.there]).toEqual(['vault']);
  });

  it('of a bucket of another stack, or of this one, is none', async () => {
    const world = cloudFormation(['vault']);
    await world.deploy({ Vault: bucket('vault', retained) }, importing);
    await expect(
      world.deploy({ Vault: bucket('vault', retained), Second: bucket('vault', retained) }, importing),
    ).rejects.toThrow('vault already exists');
  });

  it('that is rolled back leaves the bucket', async () => {
    const world = cloudFormation(['vault']);
    world.fails.add('create broken');
    const resources = { Vault: bucket('vault', retained), Z: topic('broken', {}, { DependsOn: 'Vault' }) };
    await expect(world.deploy(resources, importing)).rejects.toThrow('broken is broken');
    expect([...world.there]).toEqual(['vault']);
    expect(world.eventsOfLast.at(-1)).toBe('Vault DELETE_SKIPPED');
  });
});

it('updates and deletions that a handler does not model are refused by name', async () => {
  const handler: ResourceHandler = {
    type: 'AWS::SNS::Topic',
    properties: PROPERTIES['AWS::SNS::Topic'] ?? [],
    create: async ({ properties }) => ({ ref: properties.TopicName, attributes: {} }),
  };
  const stacks = new Stacks({ handlers: [handler] });
  const deploy = (resource: object) => {
    const template = parseTemplate({ Resources: { Topic: { ...resource } } }, 'Vault');
    const artifact = {
      name: 'Vault',
      account: undefined,
      region: 'r',
      template,
      body: '',
      assets: new Map(),
      dependsOn: [],
    };
    return stacks.deploy({ folder: '', stacks: [artifact] });
  };
  await deploy(topic('one'));
  await expect(deploy(topic('one', { DisplayName: 'x' }))).rejects.toThrow(
    'updates of AWS::SNS::Topic (Topic)',
  );
  await expect(stacks.destroy('Vault')).rejects.toThrow('deletions of AWS::SNS::Topic (Topic)');
});
