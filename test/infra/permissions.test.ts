import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ENV } from '../../core/contracts/environment.ts';
import { SOURCE_KEY } from './configurations.ts';
import {
  flat,
  listOf,
  type RoleView,
  resource,
  resourcesOf,
  rolesOf,
  type Statement,
  synthesised,
  type Template,
} from './synthesised.ts';

const { source, vault } = synthesised();
const both = [source, vault] as const;
const roles = both.flatMap(rolesOf);
const lambdaRoles = roles.filter(({ id }) => id.includes('Role') && trusts(id, 'lambda.amazonaws.com'));

function trusts(id: string, service: string): boolean {
  const role = roles.find((each) => each.id === id);
  return role?.trust.some(({ Principal }) => JSON.stringify(Principal).includes(service)) ?? false;
}

const allowed = (role: RoleView) => role.statements.filter(({ Effect }) => Effect === 'Allow');
const actionsOf = ({ Action }: Statement) => listOf(Action);
const targetsOf = ({ Resource: value }: Statement) => listOf(value).map(flat);

function functionNamed(template: Template, name: string) {
  const found = resourcesOf(template, 'AWS::Lambda::Function').find(
    ({ Properties }) => Properties.FunctionName === `redrill-${name}`,
  );
  if (found === undefined) throw new Error(`there is no function redrill-${name}`);
  return found.Properties;
}

function roleOf(template: Template, name: string): RoleView {
  const [id] = functionNamed(template, name).Role['Fn::GetAtt'];
  const role = rolesOf(template).find((each) => each.id === id);
  if (role === undefined) throw new Error(`the role of ${name} is not in its stack`);
  return role;
}

/** Resources of a role's permissions for an action. */
const mayOn = (role: RoleView, action: string) =>
  allowed(role)
    .filter((each) => actionsOf(each).includes(action))
    .flatMap(targetsOf);

describe('every Lambda', () => {
  const lambdas = both.flatMap((template) =>
    resourcesOf(template, 'AWS::Lambda::Function').map(({ id, Properties }) => ({
      id,
      template,
      Properties,
    })),
  );

  it('is one of the files in lambdas/, and each file is deployed', () => {
    const optional = resourcesOf(synthesised('all channels').vault, 'AWS::Lambda::Function');
    const deployed = new Set(
      [...lambdas, ...optional].map(({ Properties }) => Properties.FunctionName.replace('redrill-', '')),
    );
    const files = readdirSync('lambdas').filter((file) => file.endsWith('.ts'));
    expect([...deployed].sort()).toEqual(files.map((file) => file.replace('.ts', '')).sort());
  });

  it.each(readdirSync('lambdas').filter((file) => file.endsWith('.ts')))(
    '%s takes the input that the contracts give under its name',
    (file) => {
      const [, name] = /lambdaHandler\(\s*'([^']+)'/.exec(readFileSync(`lambdas/${file}`, 'utf8')) ?? [];
      expect(`${name}.ts`).toBe(file);
    },
  );

  it('has a role of its own', () => {
    for (const template of both) {
      const functions = resourcesOf(template, 'AWS::Lambda::Function');
      const used = functions.map(({ Properties }) => Properties.Role['Fn::GetAtt'][0]);
      expect(new Set(used).size).toBe(functions.length);
    }
  });

  it.each(lambdas)('$Properties.FunctionName runs on Node 24 and arm64', ({ Properties }) => {
    expect(Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
    });
  });

  it.each(lambdas)(
    '$Properties.FunctionName writes to its own log group, kept for three months',
    ({ template, Properties }) => {
      const group = template.Resources[Properties.LoggingConfig.LogGroup.Ref];
      expect(group?.Properties).toEqual({
        LogGroupName: `/aws/lambda/${Properties.FunctionName}`,
        RetentionInDays: 90,
      });
      const role = roleOf(template, Properties.FunctionName.replace('redrill-', ''));
      expect(mayOn(role, 'logs:PutLogEvents')).toEqual([`<${Properties.LoggingConfig.LogGroup.Ref}.Arn>`]);
      expect(mayOn(role, 'logs:CreateLogGroup')).toEqual([]);
    },
  );

  it.each(lambdas)('$Properties.FunctionName is given the variables that it reads', ({ Properties }) => {
    const file = readFileSync(`lambdas/${Properties.FunctionName.replace('redrill-', '')}.ts`, 'utf8');
    const read = [...file.matchAll(/ENV\.(\w+)/g)].map(([, key]) => ENV[key as keyof typeof ENV]);
    expect(Object.keys(Properties.Environment?.Variables ?? {})).toEqual(expect.arrayContaining(read));
  });
});

describe('every role', () => {
  it.each(roles)('$id has no wildcard in an action and no policy of AWS’s', ({ id, statements }) => {
    for (const statement of statements) {
      for (const action of actionsOf(statement)) expect(action).not.toContain('*');
    }
    for (const template of both) {
      expect(template.Resources[id]?.Properties.ManagedPolicyArns).toBeUndefined();
    }
  });

  it('names resources, except where AWS has no resource types', () => {
    const onAll = roles.flatMap((role) =>
      allowed(role)
        .filter((each) => targetsOf(each).includes('*'))
        .flatMap(actionsOf),
    );
    expect([...new Set(onAll)].sort()).toEqual(
      [
        'sns:GetSubscriptionAttributes',
        'tag:GetResources',
        's3:ListAllMyBuckets',
        'lambda:GetAccountSettings',
        'ec2:CreateNetworkInterface',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSecurityGroups',
        'ec2:DescribeSubnets',
        'ec2:DescribeTags',
        'ec2:DescribeVpcEndpoints',
        'ec2:DescribeVpcs',
        'ec2:DeleteNetworkInterface',
        'ec2:AssignPrivateIpAddresses',
        'ec2:UnassignPrivateIpAddresses',
        'logs:CreateLogDelivery',
        'logs:GetLogDelivery',
        'logs:UpdateLogDelivery',
        'logs:DeleteLogDelivery',
        'logs:ListLogDeliveries',
        'logs:PutResourcePolicy',
        'logs:DescribeResourcePolicies',
        'logs:DescribeLogGroups',
        'xray:PutTraceSegments',
        'xray:PutTelemetryRecords',
        'xray:GetSamplingRules',
        'xray:GetSamplingTargets',
      ].sort(),
    );
  });

  it('that a service assumes is bound to this account', () => {
    for (const { id, trust } of roles) {
      if (trusts(id, 'lambda.amazonaws.com')) continue;
      for (const { Condition } of trust) {
        expect(Condition).toMatchObject({ StringEquals: { 'aws:SourceAccount': '111122223333' } });
      }
    }
  });

  it('leaves the lock, lifecycle, keys and policies alone, but for looking at them and for locking what has earned a tier', () => {
    const forbidden =
      /Bypass|Lifecycle|Retention|LegalHold|BucketPolicy|Versioning|ScheduleKeyDeletion|DisableKey|PutKeyPolicy|iam:(?!Get|List)/;
    const found = roles.flatMap((role) =>
      allowed(role)
        .flatMap(actionsOf)
        .filter((action) => forbidden.test(action) && !action.startsWith('s3:Get'))
        .map((action) => `${role.name} ${action}`),
    );
    // Without the bypass a lock is only ever lengthened, and the bucket's policy says how far.
    expect(found).toEqual(['redrill-admit-recovery-point-eu-central-1 s3:PutObjectRetention']);
  });
});

describe('keys of caches', () => {
  const using = ({ statements }: RoleView) =>
    statements.filter((each) => actionsOf(each).some((action) => action.startsWith('kms:')));
  const keyed = rolesOf(synthesised('earlier key').source);
  const region = 'eu-west-1';
  const Condition = {
    StringEquals: {
      'kms:ViaService': [`elasticache.${region}.amazonaws.com`, `dax.${region}.amazonaws.com`],
    },
  };

  it.each(['create-snapshot', 'export-snapshot'])('are used by %s through ElastiCache alone', (name) => {
    const role = keyed.find((each) => each.name === `redrill-${name}-${region}`);
    expect(role && using(role)).toEqual([
      { Effect: 'Allow', Action: 'kms:DescribeKey', Resource: SOURCE_KEY, Condition },
      {
        Effect: 'Allow',
        Action: 'kms:CreateGrant',
        Resource: SOURCE_KEY,
        Condition: { ...Condition, BoolIfExists: { 'kms:GrantIsForAWSResource': 'true' } },
      },
    ]);
  });

  it('are used by no other role, and by none if the configuration names no key', () => {
    const naming = (all: readonly RoleView[]) =>
      all.filter((role) => using(role).some((each) => targetsOf(each).includes(SOURCE_KEY)));
    expect(naming(keyed)).toHaveLength(2);
    expect(
      rolesOf(source).filter((role) => using(role).flatMap(actionsOf).includes('kms:CreateGrant')),
    ).toEqual([]);
  });
});

describe('the vault', () => {
  it('can be deleted from by no role', () => {
    const onVault = (target: string) => target.includes('VaultBucket') || target.includes('redrill-vault-');
    for (const role of roles) {
      const deleting = allowed(role).filter((each) =>
        actionsOf(each).some((action) => /^s3:.*Delete/.test(action)),
      );
      expect(deleting.flatMap(targetsOf).filter(onVault)).toEqual([]);
    }
  });

  it('is out of reach of every role of the source', () => {
    for (const role of rolesOf(source)) {
      expect(
        allowed(role)
          .flatMap(targetsOf)
          .filter((target) => target.includes('redrill-vault')),
      ).toEqual([]);
    }
  });

  it('is read in the landing bucket by roles with fixed names', () => {
    const reading = rolesOf(vault).filter((role) =>
      allowed(role).some((each) => targetsOf(each).some((target) => target.includes('redrill-landing-'))),
    );
    expect(reading.map(({ name }) => name).sort()).toEqual([
      'redrill-admit-recovery-point-eu-central-1',
      'redrill-copy-shard-eu-central-1',
      'redrill-find-exports-eu-central-1',
      'redrill-watch-vault-eu-central-1',
    ]);
  });

  it('is watched through every role’s name, which is known before the role exists', () => {
    for (const { name, id } of roles) expect(name, id).toMatch(/^redrill-[a-z-]+-(eu-west-1|eu-central-1)$/);
  });

  it('is tagged by release-superseded alone', () => {
    const tagging = lambdaRoles.filter((role) => mayOn(role, 's3:PutObjectTagging').length > 0);
    expect(tagging.map(({ id }) => id)).toEqual([roleOf(vault, 'release-superseded').id]);
  });
});

describe('drills', () => {
  const fenced = 'arn:aws:elasticache:eu-central-1:111122223333';

  it('create only tagged clusters of their own prefix, of the plans’ node types', () => {
    const creating = allowed(roleOf(vault, 'create-drill-cluster')).filter((each) =>
      actionsOf(each).includes('elasticache:CreateReplicationGroup'),
    );
    expect(creating[0]).toMatchObject({
      Resource: `${fenced}:replicationgroup:redrill-drill-*`,
      Condition: {
        Null: { 'aws:RequestTag/redrill:drill': 'false' },
        StringEqualsIgnoreCase: {
          'elasticache:CacheNodeType': [
            'cache.m7g.xlarge',
            'cache.r7g.large',
            'cache.r7g.xlarge',
            'cache.t3.medium',
            'cache.t4g.medium',
            'cache.t4g.micro',
            'cache.t4g.small',
          ],
        },
      },
    });
    expect(targetsOf(creating[1] as Statement)[0]).toBe(`${fenced}:parametergroup:default.*`);
  });

  it('create only serverless caches of their own prefix, within the limits of the plans', () => {
    const role = allowed(roleOf(vault, 'create-drill-cluster'));
    const creating = role.filter((each) => actionsOf(each).includes('elasticache:CreateServerlessCache'));
    expect(creating).toEqual([
      expect.objectContaining({
        Resource: `${fenced}:serverlesscache:redrill-drill-*`,
        Condition: {
          Null: { 'aws:RequestTag/redrill:drill': 'false' },
          NumericLessThanEquals: {
            'elasticache:MaximumDataStorage': '5',
            'elasticache:MaximumECPUPerSecond': '5000',
          },
        },
      }),
    ]);
    const [ofService, inNetwork] = role.filter((each) => actionsOf(each).includes('ec2:CreateVpcEndpoint'));
    expect(ofService?.Condition).toEqual({
      StringLike: { 'ec2:VpceServiceName': 'com.amazonaws.elasticache.serverless.*' },
    });
    expect(targetsOf(inNetwork as Statement).filter((target) => target.endsWith('*'))).toEqual([]);
  });

  it.each(['tear-down-drill', 'sweep-drills'])('%s deletes only tagged clusters of that prefix', (name) => {
    const deleting = allowed(roleOf(vault, name)).find((each) =>
      actionsOf(each).includes('elasticache:DeleteReplicationGroup'),
    );
    expect(deleting).toMatchObject({
      Action: ['elasticache:DeleteReplicationGroup', 'elasticache:DeleteServerlessCache'],
      Resource: [
        `${fenced}:cluster:redrill-drill-*`,
        `${fenced}:replicationgroup:redrill-drill-*`,
        `${fenced}:serverlesscache:redrill-drill-*`,
      ],
      Condition: { Null: { 'aws:ResourceTag/redrill:drill': 'false' } },
    });
  });

  it.each(['create-drill-cluster', 'tear-down-drill', 'sweep-drills'])(
    '%s is denied every change to anybody else’s cache',
    (name) => {
      const denied = roleOf(vault, name).statements.find(({ Effect }) => Effect === 'Deny');
      expect(denied?.Action).toEqual(
        expect.arrayContaining([
          'elasticache:DeleteReplicationGroup',
          'elasticache:DeleteServerlessCache',
          'elasticache:ModifyReplicationGroup',
          'elasticache:ModifyServerlessCache',
        ]),
      );
      expect(denied?.NotResource).toEqual([
        `${fenced}:replicationgroup:redrill-drill-*`,
        `${fenced}:cluster:redrill-drill-*`,
        `${fenced}:serverlesscache:redrill-drill-*`,
        `${fenced}:parametergroup:redrill-drill-*`,
      ]);
    },
  );

  it('run where nothing else can be reached', () => {
    for (const type of [
      'InternetGateway',
      'NatGateway',
      'Route',
      'VPCPeeringConnection',
      'TransitGatewayAttachment',
    ]) {
      expect(resourcesOf(vault, `AWS::EC2::${type}`)).toEqual([]);
    }
    const [ingress, ...others] = resourcesOf(vault, 'AWS::EC2::SecurityGroupIngress');
    expect(others).toEqual([]);
    expect(ingress?.Properties).toMatchObject({ FromPort: 6379, ToPort: 6379, IpProtocol: 'tcp' });
    expect(flat(ingress?.Properties.SourceSecurityGroupId)).toMatch(/^<DrillNetworkReader/);
    const { VpcConfig } = functionNamed(vault, 'verify-restore');
    expect(VpcConfig.SecurityGroupIds.map(flat)).toEqual([expect.stringMatching(/^<DrillNetworkReader/)]);
    const { PolicyDocument } = resource(vault, 'AWS::EC2::VPCEndpoint', 'DrillNetwork').Properties;
    expect(listOf(PolicyDocument.Statement[0].Action)).toEqual(['s3:GetObject', 's3:ListBucket']);
    for (const target of targetsOf(PolicyDocument.Statement[0]))
      expect(target).toMatch(/^<(VaultBucket|Staging)/);
  });
});
