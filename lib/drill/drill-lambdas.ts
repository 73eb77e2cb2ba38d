import { Construct } from 'constructs';
import type { Config } from '../../core/contracts/config.ts';
import { type DrillLimits, isProtected } from '../../core/contracts/plan.ts';
import { stagingKeys } from '../../core/model/keys.ts';
import type { Bundles } from '../lambda/bundles.ts';
import { COPYING, LambdaFunction, type LambdaFunctionProps, READING } from '../lambda/lambda-function.ts';
import {
  POINT_DIGESTS,
  POINT_FILES,
  POINT_RECORDS,
  POINTS,
  REGISTRY,
  REPORTS,
  type Store,
} from '../storage/stores.ts';
import { puttingEvents } from '../watch/event-bus.ts';
import { DrillFence } from './fence.ts';
import type { DrillNetwork } from './network.ts';

export interface DrillStores {
  readonly vault: Store;
  readonly vaultBucket: string;
  readonly vaultKeyArn: string;
  readonly staging: Store;
  readonly stagingBucket: string;
}

export interface DrillLambdasProps {
  readonly config: Config;
  readonly bundles: Bundles;
  readonly stores: DrillStores;
  readonly network: DrillNetwork;
}

const STAGED = `${stagingKeys.drillsPrefix}*`;
const STAGED_FILES = `${stagingKeys.drillsPrefix}*.rdb`;
const TOKENS = `${stagingKeys.drillsPrefix}*/auth-token`;
/** How far comparisons have come that one invocation was not enough for. */
export const COMPARISONS = `${stagingKeys.drillsPrefix}*/comparison`;

/** The Lambdas of the Drill workflow and what each may do. */
export class DrillLambdas extends Construct {
  readonly planDrill: LambdaFunction;
  readonly stageShard: LambdaFunction;
  readonly createDrillCluster: LambdaFunction;
  readonly checkDrillCluster: LambdaFunction;
  readonly verifyRestore: LambdaFunction;
  readonly recordDrill: LambdaFunction;
  readonly tearDownDrill: LambdaFunction;
  readonly #props: DrillLambdasProps;
  readonly #fence: DrillFence;

  constructor(scope: Construct, id: string, props: DrillLambdasProps) {
    super(scope, id);
    this.#props = props;
    this.#fence = new DrillFence(this);
    this.planDrill = this.#createPlanDrill();
    this.stageShard = this.#createStageShard();
    this.createDrillCluster = this.#createCreateCluster();
    this.checkDrillCluster = this.#create('CheckDrillCluster', {
      name: 'check-drill-cluster',
      description: 'Looks whether the restored cluster is there.',
      permissions: [this.#fence.describe(), this.#fence.describeNodes()],
    });
    this.verifyRestore = this.#createVerifyRestore();
    this.recordDrill = this.#createRecordDrill();
    this.tearDownDrill = this.#createTearDown();
  }

  get all(): readonly LambdaFunction[] {
    const { planDrill, stageShard, createDrillCluster, checkDrillCluster } = this;
    const { verifyRestore, recordDrill, tearDownDrill } = this;
    return [
      planDrill,
      stageShard,
      createDrillCluster,
      checkDrillCluster,
      verifyRestore,
      recordDrill,
      tearDownDrill,
    ];
  }

  #createPlanDrill(): LambdaFunction {
    const { vault, vaultBucket } = this.#props.stores;
    return this.#create('PlanDrill', {
      name: 'plan-drill',
      description: 'Chooses the recovery point to restore and the cluster to restore it into.',
      environment: { vaultBucket },
      permissions: [vault.list(), ...vault.read(...REGISTRY, ...POINT_RECORDS, ...REPORTS)],
    });
  }

  #createStageShard(): LambdaFunction {
    const { vault, vaultBucket, staging, stagingBucket } = this.#props.stores;
    return this.#create('StageShard', {
      name: 'stage-shard',
      description: 'Copies one file of the vault to where ElastiCache can seed from it.',
      size: COPYING,
      environment: { vaultBucket, stagingBucket },
      permissions: [
        vault.list(),
        ...vault.read(...POINTS),
        ...vault.readVersions(...POINT_FILES, ...POINT_DIGESTS),
        staging.list(),
        ...staging.read(STAGED),
        ...staging.copyInto(STAGED),
        ...(this.#props.config.vault.seedGrant === 'acl' ? [staging.on(['s3:PutObjectAcl'], [STAGED])] : []),
      ],
    });
  }

  #createCreateCluster(): LambdaFunction {
    const { config, network, stores } = this.#props;
    const { staging, stagingBucket, vaultKeyArn } = stores;
    return this.#create('CreateDrillCluster', {
      name: 'create-drill-cluster',
      description: 'Creates the cluster of a drill from the staged files, with a token of its own.',
      environment: {
        stagingBucket,
        vaultKey: vaultKeyArn,
        drillSubnetGroup: network.subnetGroup,
        drillSubnets: network.subnetIds.join(','),
        drillSecurityGroup: network.clusterSecurityGroup.securityGroupId,
      },
      permissions: [
        this.#fence.describe(),
        ...this.#fence.create(nodeTypesOf(config), network.subnetGroup),
        ...this.#fence.createServerless(serverlessLimitsOf(config), network),
        // ElastiCache asks it of its caller for each file that a cluster is created from.
        ...staging.read(TOKENS, STAGED_FILES),
        ...staging.write(TOKENS),
        { actions: ['kms:GenerateDataKey', 'kms:Decrypt'], resources: [vaultKeyArn] },
      ],
      fences: [this.#fence.deny()],
    });
  }

  #createVerifyRestore(): LambdaFunction {
    const { network, stores } = this.#props;
    const { vault, vaultBucket, staging, stagingBucket } = stores;
    return this.#create('VerifyRestore', {
      name: 'verify-restore',
      description: 'Reads the restored cluster and compares it with what was recorded.',
      size: READING,
      network: network.reader,
      environment: { vaultBucket, stagingBucket },
      permissions: [
        staging.list(),
        ...staging.read(TOKENS, COMPARISONS),
        ...staging.write(COMPARISONS),
        vault.list(),
        ...vault.read(...POINT_RECORDS),
        ...vault.readVersions(...POINT_DIGESTS),
      ],
    });
  }

  #createRecordDrill(): LambdaFunction {
    const { vault, vaultBucket } = this.#props.stores;
    return this.#create('RecordDrill', {
      name: 'record-drill',
      description: 'Writes the report of a drill, however far it came.',
      environment: { vaultBucket },
      permissions: [
        vault.list(),
        ...vault.read(...REGISTRY, ...POINT_RECORDS, ...REPORTS),
        ...vault.write(...REPORTS),
        puttingEvents(this, this.#props.config.alerts),
      ],
    });
  }

  #createTearDown(): LambdaFunction {
    const { staging, stagingBucket } = this.#props.stores;
    return this.#create('TearDownDrill', {
      name: 'tear-down-drill',
      description: 'Deletes the cluster and the staged files of a drill.',
      environment: { stagingBucket },
      permissions: [
        this.#fence.describe(),
        this.#fence.remove(),
        this.#fence.removeParameterGroups(),
        staging.list(),
        staging.on(['s3:DeleteObject'], [STAGED]),
      ],
      fences: [this.#fence.deny()],
    });
  }

  #create(id: string, props: Omit<LambdaFunctionProps, 'bundles'>): LambdaFunction {
    return new LambdaFunction(this, id, { ...props, bundles: this.#props.bundles });
  }
}

/** Of plans whose drills make serverless caches. */
export function serverlessLimitsOf({ plans }: Config): readonly DrillLimits[] {
  return Object.values(plans).flatMap((plan) => (isProtected(plan) ? (plan.drill.serverless ?? []) : []));
}

function nodeTypesOf({ plans }: Config): readonly string[] {
  const types = Object.values(plans).flatMap((plan) =>
    isProtected(plan) ? [plan.drill.nodeType, ...plan.drill.fallbackNodeTypes] : [],
  );
  return [...new Set(types)].sort();
}
