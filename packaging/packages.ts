/** How a package is made from a folder of this repository, beside what the folder's package.json says. */
export interface PackageSource {
  readonly name: string;
  /** Its folder in this repository. */
  readonly from: string;
  /** Programs that are started by their path, without `.ts`. Its exports and commands are entry points without this. */
  readonly programs: readonly string[];
  /** Entry points of the sources that only the tests of this repository use. */
  readonly notExported: readonly string[];
  /** Files that go in as they are. */
  readonly files: readonly string[];
  /** Commands, and the file of each without `.ts`. */
  readonly bin: Readonly<Record<string, string>>;
  /** Ranges of what the project that installs it brings. */
  readonly peers: Readonly<Record<string, string>>;
  /** The Nodes that run it. */
  readonly node: string;
}

/** The oldest Node that loads ES modules with `require`, which CDK apps in CommonJS need. */
const OLDEST_NODE = '>=20.19';

const LIBRARY = {
  programs: [],
  notExported: ['./testing'],
  bin: {},
  peers: {},
  optionalPeers: [],
};

export const PACKAGES: readonly PackageSource[] = [
  {
    ...LIBRARY,
    name: '@redrill/rdb',
    from: 'packages/rdb',
    files: ['README.md', 'docs/**/*.md'],
    node: OLDEST_NODE,
  },
  {
    ...LIBRARY,
    name: '@redrill/local-aws',
    from: 'packages/local-aws',
    programs: ['model/lambda/bootstrap'],
    files: ['README.md'],
    node: OLDEST_NODE,
  },
  {
    ...LIBRARY,
    name: 'redrill',
    from: '.',
    programs: ['bin/app', 'demo/start'],
    files: [
      'README.md',
      'CHANGELOG.md',
      'docs/*.md',
      'docs/images/*',
      'docs/schemas/*.json',
      'docs/runbooks/*.md',
    ],
    bin: { redrill: 'cli/redrill' },
    // The first that gives cdk-nag 3 the constructs; npm run prove-peers installs the lowest of each range.
    peers: { 'aws-cdk-lib': '^2.258.0', constructs: '^10.5.1' },
    node: OLDEST_NODE,
  },
];
