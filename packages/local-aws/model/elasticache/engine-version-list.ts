import type { DescribeCacheEngineVersionsCommandInput } from '@aws-sdk/client-elasticache';
import type { Call } from '../service.ts';
import type { Context } from './context.ts';
import { ENGINE_VERSIONS } from './engine-versions.ts';
import { pageOf, USUAL_PAGE } from './paging.ts';
import { acceptOnly } from './refusals.ts';
import type { RegionState } from './state.ts';

const PARAMETERS = [
  'Engine',
  'EngineVersion',
  'CacheParameterGroupFamily',
  'DefaultOnly',
  'MaxRecords',
  'Marker',
];

export function describeEngineVersions(
  { missingVersions }: Pick<RegionState, 'missingVersions'>,
  input: DescribeCacheEngineVersionsCommandInput,
  call: Call,
  { readings }: Context,
) {
  acceptOnly('DescribeCacheEngineVersions', input, PARAMETERS);
  call.authorize({ action: 'elasticache:DescribeCacheEngineVersions', resource: '*' });
  const fitting = ENGINE_VERSIONS.filter(
    ({ engine, ordered, family }) =>
      !missingVersions.has(`${engine} ${ordered}`) &&
      engine === (input.Engine ?? engine) &&
      ordered === (input.EngineVersion ?? ordered) &&
      family === (input.CacheParameterGroupFamily ?? family),
  );
  const wanted = input.DefaultOnly
    ? fitting.filter(
        (version, index) => fitting.findIndex(({ engine }) => engine === version.engine) === index,
      )
    : fitting;
  const page = pageOf(wanted, ({ engine, ordered }) => `${engine} ${ordered}`, {
    request: input,
    bounds: USUAL_PAGE,
    readings,
  });
  return {
    ...(page.Marker === undefined ? {} : { Marker: page.Marker }),
    CacheEngineVersions: page.items.map(({ engine, ordered, reported, family }) => ({
      Engine: engine,
      EngineVersion: ordered,
      CacheParameterGroupFamily: family,
      CacheEngineDescription: engine === 'valkey' ? 'Valkey' : 'Redis',
      CacheEngineVersionDescription: `${engine} version ${reported}`,
    })),
  };
}
