import type {
  CacheParameterGroup,
  DescribeCacheParameterGroupsCommandInput,
  DescribeCacheParametersCommandInput,
  Parameter,
} from '@aws-sdk/client-elasticache';
import { type Call, NotModelledError } from '../service.ts';
import { tagConditions } from './authorization.ts';
import type { Context } from './context.ts';
import { ENGINE_VERSIONS } from './engine-versions.ts';
import { arnOf, type Place } from './names.ts';
import { pageOf, USUAL_PAGE } from './paging.ts';
import { acceptOnly, invalidValue, refusal } from './refusals.ts';
import type { ParameterGroup, RegionState } from './state.ts';

interface ParameterDefinition {
  readonly name: string;
  readonly usual: string;
  readonly allowed: string;
  readonly dataType: 'string' | 'integer';
  readonly description: string;
  /** Whether the server process knows it by the same name. */
  readonly directive: boolean;
}

const POLICIES =
  'volatile-lru,allkeys-lru,volatile-lfu,allkeys-lfu,volatile-random,allkeys-random,volatile-ttl,noeviction';

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html */
const PARAMETERS: readonly ParameterDefinition[] = [
  {
    name: 'cluster-enabled',
    usual: 'no',
    allowed: 'yes,no',
    dataType: 'string',
    description: 'Enable cluster mode',
    directive: false,
  },
  {
    name: 'databases',
    usual: '16',
    allowed: '1-1200000',
    dataType: 'integer',
    description: 'Set the number of databases.',
    directive: true,
  },
  {
    name: 'maxmemory-policy',
    usual: 'volatile-lru',
    allowed: POLICIES,
    dataType: 'string',
    description: 'Max memory policy.',
    directive: true,
  },
  {
    name: 'notify-keyspace-events',
    usual: '',
    allowed: '',
    dataType: 'string',
    description: 'The keyspace events for Redis to notify Pub/Sub clients about.',
    directive: true,
  },
  {
    name: 'reserved-memory-percent',
    usual: '25',
    allowed: '0-100',
    dataType: 'integer',
    description: 'The percent of memory reserved for non-cache memory usage.',
    directive: false,
  },
  {
    name: 'timeout',
    usual: '0',
    allowed: '0,20-2147483647',
    dataType: 'integer',
    description: 'Close connection if client is idle for a given number of seconds.',
    directive: true,
  },
];

const FAMILIES = [...new Set(ENGINE_VERSIONS.map(({ family }) => family))];

/** The group that ElastiCache takes when none is named. */
export function defaultParameterGroupName(family: string, clusterMode: 'on' | 'off'): string {
  return `default.${family}${clusterMode === 'on' ? '.cluster.on' : ''}`;
}

function defaultGroups(): readonly ParameterGroup[] {
  return FAMILIES.flatMap((family) =>
    (['off', 'on'] as const).map((clusterMode) => ({
      name: defaultParameterGroupName(family, clusterMode),
      family,
      description: `Default parameter group for ${family}${clusterMode === 'on' ? ' with cluster mode on' : ''}`,
      tags: new Map(),
      values: new Map(clusterMode === 'on' ? [['cluster-enabled', 'yes']] : []),
    })),
  );
}

/** @throws CacheParameterGroupNotFound */
export function parameterGroup(state: RegionState, name: string): ParameterGroup {
  const found = state.parameterGroups.get(name) ?? defaultGroups().find((group) => group.name === name);
  if (found !== undefined) return found;
  throw refusal('CacheParameterGroupNotFound', `CacheParameterGroup ${name} not found.`);
}

/** The parameter's value in this group. */
export function valueIn(group: ParameterGroup, name: string): string {
  return group.values.get(name) ?? PARAMETERS.find((parameter) => parameter.name === name)?.usual ?? '';
}

/** What the group means for a server's configuration file. */
export function directivesOf(group: ParameterGroup): Readonly<Record<string, string>> {
  const directives = PARAMETERS.filter(({ directive }) => directive);
  return Object.fromEntries(directives.map(({ name }) => [name, valueIn(group, name)]));
}

/** Adds a custom group. @throws CacheParameterGroupAlreadyExists; NotModelled for a parameter that is not modelled */
export function addParameterGroup(state: RegionState, group: ParameterGroup): void {
  if (!FAMILIES.includes(group.family))
    throw new NotModelledError(`the parameter group family ${group.family}`);
  if (state.parameterGroups.has(group.name) || group.name.startsWith('default.')) {
    throw refusal(
      'CacheParameterGroupAlreadyExists',
      `Parameter group ${group.name} already exists or is reserved`,
    );
  }
  for (const [name, value] of group.values) checkValue(name, value);
  state.parameterGroups.set(group.name, group);
}

/** Gives a custom group other values. @throws NotModelled for a parameter that is not modelled */
export function changeParameterGroup(
  state: RegionState,
  name: string,
  values: readonly (readonly [string, string])[],
): void {
  const group = parameterGroup(state, name);
  for (const [parameter, value] of values) checkValue(parameter, value);
  state.parameterGroups.set(name, { ...group, values: new Map([...group.values, ...values]) });
}

function checkValue(name: string, value: string): void {
  const parameter = PARAMETERS.find((known) => known.name === name);
  if (parameter === undefined) throw new NotModelledError(`the ElastiCache parameter ${name}`);
  const ranges = parameter.allowed.split(',').map((range) => range.split('-').map(Number));
  const inRange = ranges.some(
    ([from = Number.NaN, to = from]) => Number(value) >= from && Number(value) <= to,
  );
  const listed = parameter.allowed === '' || parameter.allowed.split(',').includes(value);
  if (parameter.dataType === 'integer' ? !inRange : !listed) {
    throw invalidValue(`The value '${value}' of ${name} is not one of ${parameter.allowed}`);
  }
}

export function describeParameterGroups(
  state: RegionState,
  input: DescribeCacheParameterGroupsCommandInput,
  call: Call,
  { readings }: Context,
) {
  acceptOnly('DescribeCacheParameterGroups', input, ['CacheParameterGroupName', 'MaxRecords', 'Marker']);
  const name = input.CacheParameterGroupName;
  call.authorize({
    action: 'elasticache:DescribeCacheParameterGroups',
    resource: arnOf(state, 'parametergroup', name ?? '*'),
  });
  const groups =
    name === undefined
      ? [...defaultGroups(), ...state.parameterGroups.values()]
      : [parameterGroup(state, name)];
  const page = pageOf(groups, (group) => group.name, { request: input, bounds: USUAL_PAGE, readings });
  return {
    ...marker(page),
    CacheParameterGroups: page.items.map((group) => parameterGroupView(state, group)),
  };
}

/** A group as DescribeCacheParameterGroups shows it. */
export function parameterGroupView(place: Place, group: ParameterGroup): CacheParameterGroup {
  return {
    CacheParameterGroupName: group.name,
    CacheParameterGroupFamily: group.family,
    Description: group.description,
    IsGlobal: false,
    ARN: arnOf(place, 'parametergroup', group.name),
  };
}

const SOURCES = ['user', 'system', 'engine-default'];

export function describeParameters(
  state: RegionState,
  input: DescribeCacheParametersCommandInput,
  call: Call,
  { readings }: Context,
) {
  acceptOnly('DescribeCacheParameters', input, ['CacheParameterGroupName', 'Source', 'MaxRecords', 'Marker']);
  const name = input.CacheParameterGroupName ?? '';
  call.authorize({
    action: 'elasticache:DescribeCacheParameters',
    resource: arnOf(state, 'parametergroup', name),
    conditions: tagConditions('aws:ResourceTag', state.parameterGroups.get(name)?.tags),
  });
  const group = parameterGroup(state, name);
  const { Source } = input;
  if (Source !== undefined && !SOURCES.includes(Source)) throw invalidValue(`Unknown Source '${Source}'`);
  const all = PARAMETERS.map((parameter) => parameterView(group, parameter));
  const wanted = all.filter((parameter) => Source === undefined || parameter.Source === Source);
  const page = pageOf(wanted, (parameter) => parameter.ParameterName ?? '', {
    request: input,
    bounds: USUAL_PAGE,
    readings,
  });
  return { ...marker(page), Parameters: [...page.items], CacheNodeTypeSpecificParameters: [] };
}

/** `user` marks what somebody set; a default group's settings are the system's own. */
function parameterView(group: ParameterGroup, definition: ParameterDefinition): Parameter {
  const custom = group.values.has(definition.name) && !group.name.startsWith('default.');
  return {
    ParameterName: definition.name,
    ParameterValue: valueIn(group, definition.name),
    Description: definition.description,
    Source: custom ? 'user' : 'system',
    DataType: definition.dataType,
    AllowedValues: definition.allowed,
    IsModifiable: true,
    MinimumEngineVersion: '7.0.0',
    ChangeType: 'immediate',
  };
}

function marker(page: { readonly Marker?: string }) {
  return page.Marker === undefined ? {} : { Marker: page.Marker };
}
