import type {
  GetResourcesCommandInput,
  GetResourcesCommandOutput,
} from '@aws-sdk/client-resource-groups-tagging-api';
import { type Call, NotModelledError, type Service, ServiceError } from './service.ts';

/** Where the Resource Groups Tagging API finds the tagged resources of one service. */
export interface TaggingSource {
  /** `service:resourceType`, for example `elasticache:replicationgroup`. */
  readonly resourceType: string;
  resources(account: string, region: string): readonly TaggedResource[];
}

export interface TaggedResource {
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * ResourcesPerPage: default 50, at most 100.
 * https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
 */
const DEFAULT_PAGE = 50;
const LARGEST_PAGE = 100;
const PARAMETERS = ['PaginationToken', 'TagFilters', 'ResourcesPerPage', 'ResourceTypeFilters'];

/** The Resource Groups Tagging API over these sources: GetResources alone. */
export function createTagging(sources: readonly TaggingSource[]): Service {
  return {
    name: 'tagging',
    operations: { GetResources: async (input, call) => getResources(sources, input, call) },
  };
}

type Output = Omit<GetResourcesCommandOutput, '$metadata'>;

function getResources(
  sources: readonly TaggingSource[],
  input: GetResourcesCommandInput,
  call: Call,
): Output {
  const unknown = Object.entries(input).find(
    ([name, value]) => value !== undefined && !PARAMETERS.includes(name),
  );
  if (unknown !== undefined)
    throw new NotModelledError(`the parameter ${unknown[0]} of tagging:GetResources`);
  call.authorize({ action: 'tag:GetResources', resource: '*' });
  const pageSize = input.ResourcesPerPage ?? DEFAULT_PAGE;
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > LARGEST_PAGE) {
    throw new ServiceError(
      'InvalidParameterException',
      `ResourcesPerPage is ${pageSize}, not 1 to ${LARGEST_PAGE}`,
    );
  }
  const wanted = chosen(sources, input.ResourceTypeFilters ?? [])
    .flatMap((source) => source.resources(call.principal.account, call.region))
    .filter(({ tags }) => (input.TagFilters ?? []).every((filter) => matches(tags, filter)))
    .toSorted((a, b) => (a.arn < b.arn ? -1 : 1));
  const after = decodeToken(input.PaginationToken ?? '');
  const rest = wanted.filter(({ arn }) => arn > after);
  const page = rest.slice(0, pageSize);
  return {
    PaginationToken: rest.length > page.length ? encodeToken(page.at(-1)?.arn ?? '') : '',
    ResourceTagMappingList: page.map(({ arn, tags }) => ({
      ResourceARN: arn,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    })),
  };
}

/** `elasticache` means every type of that service; a type that nobody models must not look like "none there". */
function chosen(sources: readonly TaggingSource[], types: readonly string[]): readonly TaggingSource[] {
  if (types.length === 0) return sources;
  return types.flatMap((type) => {
    const found = sources.filter(
      ({ resourceType }) => resourceType === type || resourceType.startsWith(`${type}:`),
    );
    if (found.length === 0) throw new NotModelledError(`the resource type ${type} of tagging:GetResources`);
    return found;
  });
}

type TagFilter = NonNullable<GetResourcesCommandInput['TagFilters']>[number];

/** Any of the filter's values will do, and any value at all if it states none. */
function matches(tags: Readonly<Record<string, string>>, { Key = '', Values = [] }: TagFilter): boolean {
  const value = tags[Key];
  return value !== undefined && (Values.length === 0 || Values.includes(value));
}

const encodeToken = (arn: string): string => Buffer.from(arn, 'utf8').toString('base64url');

function decodeToken(token: string): string {
  const arn = Buffer.from(token, 'base64url').toString('utf8');
  if (token !== '' && !arn.startsWith('arn:')) {
    throw new ServiceError('PaginationTokenExpiredException', `'${token}' is not a token that was given out`);
  }
  return arn;
}
