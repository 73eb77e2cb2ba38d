import { VERSION } from '../model/version.ts';
import { compareVersions } from '../model/version-order.ts';

/** Versions of Redrill that the stacks have; of one that says nothing, which 0.1.0 does, it is not known. */
export interface DeployedVersions {
  readonly vault: string | undefined;
  readonly source: string | undefined;
}

/**
 * What to do when stacks and command are of different versions; undefined if they are of the same, as far as is known. A command
 * that is older than a stack may not read what the stack writes, so that comes first.
 */
export function versionAdvice(deployed: DeployedVersions, command = VERSION): string | undefined {
  const known = (['vault', 'source'] as const).flatMap((half) => {
    const version = deployed[half];
    return version === undefined ? [] : [{ stack: `redrill-${half}`, version }];
  });
  const differing = known.filter(({ version }) => compareVersions(version, command) !== 0);
  if (differing.length === 0) return undefined;
  const newer = differing.filter(({ version }) => compareVersions(version, command) > 0);
  const shown = newer.length > 0 ? newer : differing;
  const stacks = shown.map(({ stack, version }) => `${stack} has version ${version}`).join(', ');
  const then = newer.length > 0 ? 'update the command' : 'deploy the stacks';
  return `${stacks}, and this command ${command}: ${then}`;
}
