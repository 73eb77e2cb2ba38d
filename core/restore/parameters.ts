import type { Topology } from '../contracts/topology.ts';
import type { ParameterGroupView } from '../ports.ts';
import type { ChosenEngine } from './engine.ts';
import type { Sheet } from './sheet.ts';

/** What stands for the engine's own parameter group among names. */
const DEFAULT = 'default';

/** The parameter group that a restore uses, unless it is the engine's own default, which need not be looked for. */
export function parameterGroupToLookAt(
  topology: Pick<Topology, 'parameterGroup' | 'parameters'>,
  chosen: string | undefined,
): string | undefined {
  const wanted = chosen ?? (isDefault(topology) ? DEFAULT : topology.parameterGroup);
  return wanted === DEFAULT ? undefined : wanted;
}

function isDefault({ parameterGroup, parameters }: Pick<Topology, 'parameterGroup' | 'parameters'>): boolean {
  // A serverless cache has none.
  return (
    (parameterGroup === '' || parameterGroup.startsWith('default.')) && Object.keys(parameters).length === 0
  );
}

/** The parameter group: the engine's own default, or one of the region that is as the cache's was. */
export function restoreParameters(
  sheet: Sheet,
  { family, clusterMode }: ChosenEngine & Pick<Topology, 'clusterMode'>,
): string {
  const { point, choices, facts, differ, need } = sheet;
  const { parameterGroup: recorded, parameters } = point.topology;
  const fallback = `default.${family ?? 'unknown'}${clusterMode ? '.cluster.on' : ''}`;
  const wanted = parameterGroupToLookAt(point.topology, choices.parameterGroup);
  if (wanted === undefined) {
    if (!isDefault(point.topology))
      differ({
        setting: 'parameters',
        recorded: listed(parameters) || recorded,
        restored: fallback,
        because: '--parameter-group default',
      });
    return fallback;
  }
  const group = facts.parameterGroup;
  if (group === undefined) need({ setting: 'parameter group', message: howToMake(sheet, wanted, fallback) });
  else checkParameterGroup(sheet, group, { family, clusterMode });
  return wanted;
}

function howToMake({ point, choices }: Sheet, wanted: string, fallback: string): string {
  const family = fallback.slice('default.'.length).replace(/\.cluster\.on$/, '');
  const { parameters, clusterMode } = point.topology;
  const values = { ...parameters, ...(clusterMode ? { 'cluster-enabled': 'yes' } : {}) };
  const pairs = Object.entries(values)
    .sort()
    .map(([name, value]) => ` ParameterName=${name},ParameterValue='${value}'`);
  const change =
    pairs.length === 0
      ? ''
      : ` && aws elasticache modify-cache-parameter-group --region ${choices.region} --cache-parameter-group-name ${wanted} --parameter-name-values${pairs.join('')}`;
  return (
    `there is no parameter group '${wanted}' in ${choices.region}; name one with --parameter-group, take the engine's own ` +
    `with --parameter-group default, or make it: aws elasticache create-cache-parameter-group --region ${choices.region} ` +
    `--cache-parameter-group-name ${wanted} --cache-parameter-group-family ${family} --description 'as of ${point.cache}'${change}`
  );
}

function checkParameterGroup(
  { point, differ, need }: Sheet,
  group: ParameterGroupView,
  wanted: { readonly family: string | undefined; readonly clusterMode: boolean },
): void {
  if (wanted.family !== undefined && group.family !== wanted.family)
    need({
      setting: 'parameter group',
      message: `'${group.name}' is of family ${group.family}, and the cluster needs one of ${wanted.family}; name another with --parameter-group`,
    });
  else if (group.clusterMode !== wanted.clusterMode)
    need({
      setting: 'parameter group',
      message: `'${group.name}' has cluster mode ${group.clusterMode ? 'on' : 'off'}, and the cluster ${wanted.clusterMode ? 'on' : 'off'}; name another with --parameter-group`,
    });
  const { 'cluster-enabled': _one, ...recorded } = point.topology.parameters;
  const { 'cluster-enabled': _other, ...there } = group.parameters;
  differ({
    setting: 'parameters',
    recorded: listed(recorded) || 'the engine’s own',
    restored: listed(there) || 'the engine’s own',
    because: `what '${group.name}' has`,
  });
}

function listed(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name} = ${value}`)
    .sort()
    .join(', ');
}
