import { execFileSync } from 'node:child_process';
import { join, relative } from 'node:path';
import { assembleAll } from '../pack.ts';
import { RAISED, raiseVersion } from './raise-version.ts';
import { writeRelease } from './write-release.ts';

/** `npm run release -- 0.2.0`: raises the version, makes what is published, commits and tags. It publishes nothing. */
const ROOT = join(import.meta.dirname, '../..');
const OUT = join(ROOT, 'out/release');

const git = (...args: readonly string[]) =>
  execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

function release(version: string): void {
  if (git('status', '--porcelain') !== '')
    throw new Error(
      'the working tree has changes; commit or stash them, so that the release is what is committed',
    );
  if (git('tag', '--list', `v${version}`) !== '') throw new Error(`the tag v${version} exists already`);
  raiseVersion(ROOT, version, new Date().toISOString().slice(0, 10));
  const lines = writeRelease({ folders: assembleAll(join(ROOT, 'out/packages')), version }, OUT);
  git('commit', '--quiet', '--message', `Release ${version}`, '--', ...RAISED);
  git('tag', '--annotate', `v${version}`, '--message', `Redrill ${version}`);
  console.log([...lines, `in ${relative(process.cwd(), OUT)}`, '', ...nextSteps(version)].join('\n'));
}

const nextSteps = (version: string): readonly string[] => [
  `Committed and tagged as v${version}. Nothing is published yet. Next:`,
  '  npm test',
  '  npm run release-fixture           # then commit test/releases',
  '  git push --follow-tags',
  `  for package in out/release/*.tgz; do npm publish "$package" --access public; done`,
  `To undo it before that: git tag --delete v${version} && git reset --hard HEAD~1`,
];

const [version, ...more] = process.argv.slice(2);
try {
  if (version === undefined || more.length > 0)
    throw new Error('expected one version, as in: npm run release -- 0.2.0');
  release(version);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
