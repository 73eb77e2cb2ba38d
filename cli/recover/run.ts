import { SERVERLESS_KEY_NAME_BYTES } from '../../core/model/limits.ts';
import type { Contents } from '../../live/recover/survey.ts';
import type { TargetCluster } from '../../live/recover/target-cluster.ts';
import type { Source } from '../source.ts';
import type { NamedTarget } from '../target.ts';
import type { ProgressBar } from '../terminal/progress.ts';
import { warningsOf } from './inspect.ts';
import type { RecoverOptions } from './options.ts';

/** Everything that a run has opened, and what it knows of the files. */
export interface Run {
  readonly options: RecoverOptions;
  readonly source: Source;
  readonly target: NamedTarget;
  readonly cluster: TargetCluster;
  readonly nowMs: number;
  readonly bar: ProgressBar;
  readonly signal: AbortSignal;
  readonly startedAt: number;
  /** Empty until the files are known. */
  readonly contents: readonly Contents[];
  /** Serverless caches have none. */
  readonly hasFunctions: boolean;
}

/** What only a serverless cache refuses. */
export function nameBytesOf({ isServerless }: NamedTarget): number | undefined {
  return isServerless ? SERVERLESS_KEY_NAME_BYTES : undefined;
}

export function librariesOf({ options, hasFunctions: has }: Run, contents: readonly Contents[]) {
  if (!options.functions || !has) return { libraries: [] };
  const codes = contents.flatMap(({ libraries }) => libraries);
  // Every shard of a cluster carries the same.
  const byCode = new Map(codes.map((code) => [Buffer.from(code).toString('latin1'), code]));
  const tooBigLibraries = [...new Set(contents.flatMap((found) => found.tooBigLibraries))];
  return { libraries: [...byCode.values()], tooBigLibraries };
}

export function warningsIn(run: Run): readonly string[] {
  const { cluster, source, contents, options, hasFunctions: has } = run;
  const leavesFunctionsOut =
    !has && options.functions && contents.some(({ libraries }) => libraries.length > 0);
  return warningsOf(cluster, source, { mode: options.mode, contents, leavesFunctionsOut });
}
