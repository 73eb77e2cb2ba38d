import { NotModelledError } from '../model/service.ts';
import type { WireRequest } from './protocol.ts';
import { type OperationSchema, requiredMembers, type ServiceSchemas } from './schema.ts';

/** What a REST request matched. */
export interface MatchedRoute {
  readonly operation: OperationSchema;
  /** Decoded path labels. */
  readonly labels: Readonly<Record<string, string>>;
  /** Query parameters that name the operation rather than a member of its input. */
  readonly spokenFor: ReadonlySet<string>;
}

interface Route {
  readonly operation: OperationSchema;
  readonly method: string;
  readonly path: RegExp;
  readonly labels: readonly string[];
  /** Query parameters that the request must carry, with their value where it is fixed. */
  readonly query: ReadonlyMap<string, string | undefined>;
  readonly headers: readonly string[];
  readonly inBucket: boolean;
}

/** The SDK's own marker of the operation; other clients do not send it. */
const OPERATION_ID = 'x-id';

/** Operations of S3's directory buckets share routes with those of ordinary buckets; none is modelled. */
const DIRECTORY_BUCKETS: ReadonlySet<string> = new Set(['ListDirectoryBuckets', 'CreateSession']);

const tables = new WeakMap<ServiceSchemas, readonly Route[]>();

/**
 * Finds the operation of a REST request from the `http` traits of the schemas: among the routes that match, the one
 * that asks for most, so `PUT /key?partNumber&uploadId` is UploadPart and not PutObject.
 *
 * @param path what to match instead of the request's own path, with the bucket taken off
 * @throws NotModelledError naming method and path when no route matches
 */
export function matchRoute(
  request: WireRequest,
  schemas: ServiceSchemas,
  { path, inBucket }: { readonly path: string; readonly inBucket: boolean },
): MatchedRoute {
  let best: { route: Route; match: RegExpExecArray; weight: number } | undefined;
  for (const route of routesOf(schemas)) {
    if (route.method !== request.method || route.inBucket !== inBucket) continue;
    const match = route.path.exec(path);
    const weight = match === null ? -1 : weigh(route, request);
    if (match !== null && weight >= 0 && weight > (best?.weight ?? -1)) best = { route, match, weight };
  }
  if (best === undefined)
    throw new NotModelledError(`${schemas.wire.signingName}: ${request.method} ${path}?${request.query}`);
  const { route, match } = best;
  const labels = Object.fromEntries(
    route.labels.map((label, index) => [label, decodeURIComponent(match[index + 1] ?? '')]),
  );
  const fixed = [...route.query].filter(([, value]) => value !== undefined).map(([name]) => name);
  return { operation: route.operation, labels, spokenFor: new Set([...fixed, OPERATION_ID]) };
}

/** How much of the request the route accounts for, or -1 if the request lacks something that the route needs. */
function weigh(route: Route, request: WireRequest): number {
  for (const [name, value] of route.query) {
    const given = request.query.get(name);
    if (given === null || (value !== undefined && value !== '' && given !== value)) return -1;
  }
  if (!route.headers.every((name) => request.headers[name] !== undefined)) return -1;
  const named = request.query.get(OPERATION_ID) === route.operation.name ? 100 : 0;
  return named + route.query.size + route.headers.length;
}

function routesOf(schemas: ServiceSchemas): readonly Route[] {
  let routes = tables.get(schemas);
  if (routes === undefined) {
    routes = [...schemas.operations.values()].flatMap(readRoute);
    tables.set(schemas, routes);
  }
  return routes;
}

function readRoute(operation: OperationSchema): Route[] {
  if (operation.http === undefined || DIRECTORY_BUCKETS.has(operation.name)) return [];
  const [method, template] = operation.http;
  const [path = '/', search = ''] = template.split('?');
  const query = new Map<string, string | undefined>(new URLSearchParams(search));
  query.delete(OPERATION_ID);
  const headers: string[] = [];
  let inBucket = false;
  for (const name of requiredMembers(operation.input)) {
    const traits = operation.input.getMemberSchema(name).getMergedTraits();
    if (traits.httpQuery !== undefined) query.set(traits.httpQuery, undefined);
    if (traits.httpHeader !== undefined) headers.push(traits.httpHeader.toLowerCase());
    if (name === 'Bucket' && traits.httpLabel) inBucket = true;
  }
  return [{ operation, method, ...compilePath(path), query, headers, inBucket }];
}

function compilePath(template: string): Pick<Route, 'path' | 'labels'> {
  const labels: string[] = [];
  const pattern = template.replace(/\{(\w+)(\+?)\}|[.$]/g, (text, label?: string, greedy?: string) => {
    if (label === undefined) return `\\${text}`;
    labels.push(label);
    return greedy === '+' ? '(.+)' : '([^/]+)';
  });
  return { path: new RegExp(`^${pattern.replace(/\/$/, '')}/?$`), labels };
}
