import { readFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { NotModelledError, ServiceError } from '../model/service.ts';
import { parseTemplate, type Template } from './template.ts';

/** One stack of a cloud assembly, as synthesised. */
export interface StackArtifact {
  readonly name: string;
  /** `undefined` where the app left the account to the deployment. */
  readonly account: string | undefined;
  readonly region: string;
  readonly template: Template;
  /** The template as it was written. */
  readonly body: string;
  /** Absolute path of each file asset, by its object key in the bootstrap bucket (`<hash>.zip`). */
  readonly assets: ReadonlyMap<string, string>;
  /** Names of the stacks to deploy before this one. */
  readonly dependsOn: readonly string[];
}

/** What `cdk synth` leaves in `cdk.out`. */
export interface Assembly {
  readonly folder: string;
  /** In an order that respects `dependsOn`. */
  readonly stacks: readonly StackArtifact[];
}

interface ManifestArtifact {
  readonly type: string;
  readonly environment?: string;
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly file?: string;
  };
  readonly dependencies?: readonly string[];
}

type ManifestArtifacts = Readonly<Record<string, ManifestArtifact>>;

/** Artifacts that describe the app and deploy nothing. */
const INFORMATIVE = ['cdk:tree', 'cdk:feature-flag-report', 'cdk:asset-manifest'];
const UNKNOWN_ACCOUNT = 'unknown-account';
const UNKNOWN_REGION = 'unknown-region';

/**
 * Reads a cloud assembly from its folder. Nested assemblies (CDK stages) and stacks without a region are refused.
 * @throws ServiceError `ValidationError` if the folder holds no assembly
 * @see https://docs.aws.amazon.com/cdk/v2/guide/deploy.html#deploy-how-synth-assemblies
 */
export function loadAssembly(cdkOutFolder: string): Assembly {
  const folder = resolve(cdkOutFolder);
  const { artifacts }: { artifacts: ManifestArtifacts } = readJson(join(folder, 'manifest.json'));
  const stacks = Object.entries(artifacts).flatMap(([id, artifact]) => {
    if (INFORMATIVE.includes(artifact.type)) return [];
    if (artifact.type !== 'aws:cloudformation:stack') {
      throw new NotModelledError(`the assembly artifact ${id} of type ${artifact.type}`);
    }
    return [loadStack(folder, id, artifacts)];
  });
  return { folder, stacks: inOrder(stacks) };
}

function loadStack(folder: string, id: string, artifacts: ManifestArtifacts): StackArtifact {
  const { environment = '', properties = {}, dependencies = [] } = artifacts[id] ?? {};
  const [, account, region] = /^aws:\/\/([^/]+)\/([^/]+)$/.exec(environment) ?? [];
  if (region === undefined || region === UNKNOWN_REGION || properties.templateFile === undefined) {
    throw new NotModelledError(`the stack ${id} without a region (${environment}); give it one with env`);
  }
  const name = properties.stackName ?? id;
  return {
    name,
    account: account === UNKNOWN_ACCOUNT ? undefined : account,
    region,
    template: parseTemplate(readJson(join(folder, properties.templateFile)), name),
    body: readFileSync(join(folder, properties.templateFile), 'utf8'),
    assets: new Map(dependencies.flatMap((dependency) => assetsOf(folder, artifacts[dependency]))),
    dependsOn: dependencies
      .filter((dependency) => artifacts[dependency]?.type === 'aws:cloudformation:stack')
      .map((dependency) => artifacts[dependency]?.properties?.stackName ?? dependency),
  };
}

interface AssetManifest {
  readonly files?: Readonly<
    Record<
      string,
      {
        readonly source: { readonly path?: string };
        readonly destinations: Readonly<Record<string, { readonly objectKey: string }>>;
      }
    >
  >;
  readonly dockerImages?: object;
}

function assetsOf(
  folder: string,
  artifact: ManifestArtifact | undefined,
): readonly (readonly [string, string])[] {
  if (artifact?.type !== 'cdk:asset-manifest' || artifact.properties?.file === undefined) return [];
  const manifest: AssetManifest = readJson(join(folder, artifact.properties.file));
  if (Object.keys(manifest.dockerImages ?? {}).length > 0) {
    throw new NotModelledError(`docker image assets (${artifact.properties.file})`);
  }
  return Object.values(manifest.files ?? {}).flatMap(({ source, destinations }) => {
    const { path } = source;
    if (path === undefined) throw new NotModelledError('file assets made by a command at deployment');
    const absolute = isAbsolute(path) ? path : join(folder, path);
    return Object.values(destinations).map(({ objectKey }) => [objectKey, absolute] as const);
  });
}

/** Stacks after those they depend on. The CDK refuses cycles between stacks when it synthesises. */
function inOrder(stacks: readonly StackArtifact[]): readonly StackArtifact[] {
  const ordered = new Set<StackArtifact>();
  const visit = (stack: StackArtifact) => {
    for (const earlier of stacks) if (stack.dependsOn.includes(earlier.name)) visit(earlier);
    ordered.add(stack);
  };
  stacks.forEach(visit);
  return [...ordered];
}

function readJson<Shape>(path: string): Shape {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw Object.assign(new ServiceError('ValidationError', `${path} is not readable as JSON: ${cause}`), {
      cause,
    });
  }
}
