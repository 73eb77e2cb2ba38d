import type { Finding } from '../contracts/doctor.ts';
import type { RoleSetting } from '../contracts/settings.ts';
import type { SimulatedAction, Simulation } from '../ports/doctor.ts';
import { ok, problem } from './findings.ts';

type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

interface Statement {
  readonly Effect?: string;
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Conditions;
}

/** A value that no policy of Redrill names, for conditions that exclude values. */
const OTHER_VALUE = 'redrill-doctor';

/** What the role needs: a question for each statement that allows something. The simulator takes no wildcards in actions. */
export function simulationsOf({ policies }: RoleSetting): readonly Simulation[] {
  return Object.values(policies)
    .flatMap((document) => listOf(document.Statement as Statement | readonly Statement[] | undefined))
    .filter(({ Effect }) => Effect === 'Allow')
    .map(({ Action, Resource, Condition = {} }) => ({
      actions: listOf(Action).filter((action) => !action.includes('*')),
      resources: listOf(Resource).map(anyOf),
      context: contextOf(Condition),
    }))
    .filter(({ actions }) => actions.length > 0);
}

/** A resource that the pattern covers: the simulator answers wrongly about patterns (https://github.com/aws/aws-sdk-java-v2/issues/1751). */
function anyOf(pattern: string): string {
  return pattern === '*' ? pattern : pattern.replaceAll('*', OTHER_VALUE);
}

/** The condition keys of a request that fulfils every condition. */
function contextOf(conditions: Conditions): Simulation['context'] {
  const context: Record<string, readonly string[]> = {};
  for (const [operator, keys] of Object.entries(conditions))
    for (const [key, wanted] of Object.entries(keys)) {
      const [first = ''] = listOf(wanted);
      if (operator !== 'Null') context[key] = [operator.includes('Not') ? OTHER_VALUE : first];
      else if (first === 'false') context[key] ??= [OTHER_VALUE];
    }
  return context;
}

function listOf<Value>(value: Value | readonly Value[] | undefined): readonly Value[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value as Value];
}

export interface RoleSeen {
  readonly role: string;
  readonly stack: string;
  /** Undefined if there is no such role. */
  readonly simulated: readonly SimulatedAction[] | undefined;
}

/** Whether a runtime role may do what it was deployed for. */
export function roleFindings({ role, stack, simulated }: RoleSeen): readonly Finding[] {
  const next = [`npx cdk deploy ${stack} --revert-drift`];
  if (simulated === undefined)
    return [problem({ id: 'role-missing', subject: role, text: 'The role does not exist.', next })];
  const denied = simulated.filter(({ decision }) => decision !== 'allowed');
  if (denied.length === 0) return [];
  const byOrganisation = denied.filter((each) => each.allowedByOrganisation === false);
  const byBoundary = denied.filter(
    (each) => each.allowedByOrganisation !== false && each.allowedByBoundary === false,
  );
  const others = denied.filter((each) => !byOrganisation.includes(each) && !byBoundary.includes(each));
  return [
    ...organisationFindings(role, byOrganisation),
    ...(byBoundary.length === 0
      ? []
      : [
          problem({
            id: 'role-denied-by-boundary',
            subject: role,
            text: `Its permissions boundary denies ${actionsIn(byBoundary)}.`,
            next: [`aws iam delete-role-permissions-boundary --role-name ${role}`],
          }),
        ]),
    ...(others.length === 0
      ? []
      : [
          problem({
            id: 'role-denied',
            subject: role,
            text: `Its policies deny ${actionsIn(others)}.`,
            next,
          }),
        ]),
  ];
}

/** What the policies of the organisation deny to a role: only who administers the organisation can change that. */
export function organisationFindings(
  role: string,
  simulated: readonly SimulatedAction[],
): readonly Finding[] {
  const denied = simulated.filter((each) => each.allowedByOrganisation === false);
  if (denied.length === 0) return [];
  return [
    problem({
      id: 'denied-by-organisation',
      subject: role,
      text: `A policy of your AWS organisation denies ${actionsIn(denied)}, according to IAM's policy simulator. The simulator can be wrong about policies with conditions.`,
      next: [`Ask the administrators of the organisation to allow it for ${role}`],
    }),
  ];
}

function actionsIn(denied: readonly SimulatedAction[]): string {
  return [...new Set(denied.map(({ action }) => action))].sort().join(', ');
}

/** One line for all roles that may do what they must. */
export function rolesFinding(roles: number, region: string): Finding {
  return ok({
    id: 'roles',
    subject: region,
    text: `${roles} roles have the permissions that they need, according to IAM's policy simulator.`,
  });
}
