import { inParallel } from '../../../adapters/in-parallel.ts';
import { METRICS } from '../../../core/contracts/metrics.ts';
import type { RoleSetting } from '../../../core/contracts/settings.ts';
import { driftFindings } from '../../../core/doctor/drift-findings.ts';
import { nameOfPlace, ok, problem, unknown } from '../../../core/doctor/findings.ts';
import { heartbeatFinding } from '../../../core/doctor/heartbeat-findings.ts';
import { roleFindings, rolesFinding, simulationsOf } from '../../../core/doctor/role-findings.ts';
import { AppError } from '../../../core/model/errors.ts';
import type { SimulatedAction } from '../../../core/ports/doctor.ts';
import { assessDrift } from '../../../core/watch/settings/assess-drift.ts';
import { watchedSettings } from '../../../core/watch/settings/watched-settings.ts';
import { whyAlertsAreLost } from '../../../watch/own-alert-path.ts';
import { readSettings } from '../../../watch/read-settings.ts';
import type { Check } from '../check.ts';
import type { DoctorGround, Side } from '../ground.ts';

/** A half that is deployed. */
export type DeployedSide = Side & { readonly expected: NonNullable<Side['expected']> };

const NEEDS_DEPLOYED = 'lambda:GetFunction';

/** What is left out of a half that may be deployed or not. */
export function unseenCheck(side: Side): Check {
  const lambda = `redrill-watch-${side.half}`;
  return {
    id: 'deployed',
    subject: nameOfPlace(side),
    needs: NEEDS_DEPLOYED,
    run: async () => [
      unknown({
        id: 'deployed-unchecked',
        subject: nameOfPlace(side),
        text: `Not checked: whether the ${side.half} is deployed, and so neither which names are taken nor its settings, alerts, roles and heartbeat: needs lambda:GetFunction of ${lambda}.`,
        next: [`npx redrill doctor, with credentials that have ${NEEDS_DEPLOYED}`],
      }),
    ],
  };
}

/** Everything that the watches compare with what was deployed, roles and subscriptions included. */
export function settingsCheck(side: DeployedSide): Check {
  return {
    id: 'settings',
    subject: side.region,
    needs: NEEDS_DEPLOYED,
    run: async () => {
      const expected = side.expected();
      const watched = watchedSettings(expected);
      const drifts = assessDrift(expected, await readSettings(watched, side.settings));
      return driftFindings(drifts, { stack: expected.stack, region: side.region, settings: watched.length });
    },
  };
}

/** Whether an alert of this region would reach a person. */
export function alertsCheck(side: DeployedSide): Check {
  return {
    id: 'alerts',
    subject: side.region,
    needs: `${NEEDS_DEPLOYED}, sns:ListSubscriptionsByTopic and kms:DescribeKey`,
    run: async () => {
      const why = await whyAlertsAreLost(side.expected(), side.settings);
      const subject = side.region;
      if (why === undefined)
        return [ok({ id: 'alerts', subject, text: 'Alerts of this region reach a confirmed subscription.' })];
      const next = [
        'Confirm the subscription in the e-mail from AWS Notifications, then: npx redrill doctor',
      ];
      return [
        problem({
          id: 'alerts-lost',
          subject,
          text: `Alerts of this region have no recipient: ${why}.`,
          next,
        }),
      ];
    },
  };
}

/** Whether each runtime role may do what it was deployed for, policies of the organisation included. */
export function rolesCheck(side: DeployedSide): Check {
  return {
    id: 'roles',
    subject: side.region,
    needs: `${NEEDS_DEPLOYED} and iam:SimulatePrincipalPolicy`,
    run: async () => {
      const { roles, stack } = side.expected();
      const found = await inParallel(roles, async (role) =>
        roleFindings({ role: role.name, stack, simulated: await simulatedOf(role, side) }),
      );
      const problems = found.flat();
      return problems.length === 0 ? [rolesFinding(roles.length, side.region)] : problems;
    },
  };
}

/** Undefined if there is no such role. */
async function simulatedOf(
  role: RoleSetting,
  { aws, account, region }: Side,
): Promise<readonly SimulatedAction[] | undefined> {
  const arn = `arn:aws:iam::${account}:role/${role.name}`;
  const found: SimulatedAction[] = [];
  try {
    for (const { context, ...simulation } of simulationsOf(role))
      found.push(
        ...(await aws.simulate(arn, {
          ...simulation,
          context: { 'aws:RequestedRegion': [region], ...context },
        })),
      );
  } catch (error) {
    if (error instanceof AppError && error.code === 'NotFound') return undefined;
    throw error;
  }
  return found;
}

export function heartbeatChecks(side: DeployedSide, { config }: DoctorGround): readonly Check[] {
  const { heartbeat } = config;
  if (side.half !== 'vault' || heartbeat === undefined) return [];
  const { parameter } = heartbeat;
  return [
    {
      id: 'heartbeat',
      subject: parameter,
      needs: 'ssm:GetParameter and cloudwatch:GetMetricStatistics',
      run: async () => {
        const exists = await side.deployed.hasParameter(parameter);
        const failed = await side.deployed.lastHour(METRICS.heartbeatsFailed);
        return [heartbeatFinding({ parameter, region: side.region, exists, failed })];
      },
    },
  ];
}

/** Puts every alarm into ALARM once. CloudWatch evaluates it again within a minute, and it goes back by itself. */
export function pageCheck(side: DeployedSide): Check {
  return {
    id: 'page',
    subject: side.region,
    needs: `${NEEDS_DEPLOYED} and cloudwatch:SetAlarmState`,
    run: async () => {
      const { alarms } = side.expected();
      for (const { name } of alarms) await side.deployed.raise(name);
      const text = `${alarms.length} alarms of this region were raised as a test: each sends a message, and returns to its own state within minutes.`;
      return [ok({ id: 'page-sent', subject: side.region, text })];
    },
  };
}
