/** AWS on one machine: start it with {@link startLocalAws}. */

export { VirtualClock } from './clock.ts';
export { replayDecisions, withoutAction } from './fabric.ts';
export { type Fault, Faults } from './faults.ts';
export type { ReplayableDecision } from './iam/authorizer.ts';
export { listOf } from './iam/conditions.ts';
export { evaluate } from './iam/evaluate.ts';
export { parsePolicy } from './iam/parse-policy.ts';
export type { PolicyDocument, PolicyStatement } from './iam/policy.ts';
export { administratorOf, type Role, type Roles } from './iam/roles.ts';
export { type LocalAws, startLocalAws } from './local-aws.ts';
export { type CacheDescription, createCache } from './model/elasticache/create-cache.ts';
export type { CacheNode } from './model/elasticache/elasticache.ts';
export { arnOf } from './model/elasticache/names.ts';
export type { InternetHost } from './model/lambda/protocol.ts';
export { createS3 } from './model/s3/s3.ts';
export type { Principal } from './model/service.ts';
export type { Execution } from './model/states/execution.ts';
export { createSts } from './model/sts.ts';
export { createServices } from './services.ts';
export { startEndpoint } from './wire/endpoint.ts';
export { serviceSchemas } from './wire/schema.ts';
