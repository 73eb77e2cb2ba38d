/** One service or two behind an endpoint, for tests that need no whole AWS. */

export { ACCESS_KEY, ACCOUNT, CREDENTIALS, principals, TestFabric } from './fabric.ts';
export { interpret, START_MS } from './interpret.ts';
export { refusal, type S3Fixture, SOURCE_REGION, s3Fixture, VAULT_REGION } from './s3-fixture.ts';
