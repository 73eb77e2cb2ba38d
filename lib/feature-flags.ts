import { createRequire } from 'node:module';

import type { Construct } from 'constructs';

/** What the CDK recommends for new apps. Not an import of JSON, of which Node 20 warns. */
export const FEATURE_FLAGS: Readonly<Record<string, unknown>> = createRequire(import.meta.url)(
  'aws-cdk-lib/recommended-feature-flags.json',
);

/** Makes the same templates in every app, whichever flags it has. Needed before anything is in the construct. */
export function useRecommendedFlags(scope: Construct): void {
  for (const [flag, value] of Object.entries(FEATURE_FLAGS)) scope.node.setContext(flag, value);
}
