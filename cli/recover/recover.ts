import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SILENCE_MS } from '../../adapters/redis/resp-connection.ts';
import { AppError } from '../../core/model/errors.ts';
import { afterDeath } from '../../live/recover/after-death.ts';
import { hasFunctions, loadLibraries } from '../../live/recover/libraries.ts';
import { lookForKeys } from '../../live/recover/look-for-keys.ts';
import { Pace } from '../../live/recover/pace.ts';
import { ProcessGone } from '../../live/recover/process-gone.ts';
import { areTooMany } from '../../live/recover/refusals.ts';
import {
  freshState,
  type Identity,
  readState,
  refuseOther,
  type Saved,
  StateFile,
} from '../../live/recover/state-file.ts';
import type { Contents, Survey } from '../../live/recover/survey.ts';
import { TargetCluster } from '../../live/recover/target-cluster.ts';
import { type Outcome, writeAll } from '../../live/recover/write-all.ts';
import { ExitStatus } from '../exit-status.ts';
import { openSource, type Source } from '../source.ts';
import { type NamedTarget, targetNamed } from '../target.ts';
import { paintFor } from '../terminal/page.ts';
import { ProgressBar } from '../terminal/progress.ts';
import { quoted } from '../terminal/shell.ts';
import type { RecoverOutput } from './contract.ts';
import { commandToGoOn } from './go-on.ts';
import { contentsOf, refuseUnfit, surveyAll } from './inspect.ts';
import { openTarget } from './open-target.ts';
import { boundOptions, type RecoverOptions, selectionOf } from './options.ts';
import { librariesOf, nameBytesOf, type Run, warningsIn } from './run.ts';
import { recoverText } from './text.ts';

/** That somebody has pressed Ctrl-C. */
class Interruption extends Error {}

/** A pause that it has ended says so by its cause. */
const isInterruption = (error: unknown): boolean =>
  error instanceof Interruption || (error instanceof Error && isInterruption(error.cause));

/** Writes, plans or reports. @returns the exit status */
export async function recover(text: string, options: RecoverOptions): Promise<number> {
  const stopping = new AbortController();
  const interrupt = () => stopping.abort(new Interruption());
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const name of signals) process.once(name, interrupt);
  const bar = new ProgressBar(process.stderr);
  try {
    const output = await run(text, options, bar, stopping.signal);
    bar.erase();
    process.stdout.write(
      `${options.json ? JSON.stringify(output, null, 2) : recoverText(output, paintFor(process.stdout))}\n`,
    );
    return output.refusals.length > 0 ? ExitStatus.bad : ExitStatus.good;
  } catch (error) {
    bar.erase();
    if (!isInterruption(error)) throw error;
    for (const name of signals) process.off(name, interrupt);
    process.kill(process.pid, 'SIGINT');
    return ExitStatus.notDone;
  } finally {
    for (const name of signals) process.off(name, interrupt);
  }
}

async function run(
  text: string,
  options: RecoverOptions,
  bar: ProgressBar,
  signal: AbortSignal,
): Promise<RecoverOutput> {
  const startedAt = performance.now();
  selectionOf(options);
  const before = options.resume === undefined ? undefined : readState(options.resume);
  const target = await targetNamed(options.into, options);
  const source = await openSource(text, options);
  const patienceMs = options.patience * 1000;
  // A server that says nothing is as good as away.
  const address = { ...target.address, silenceMs: Math.min(SILENCE_MS, patienceMs) };
  const { cluster, saved } = await openTarget(target.name, before, (servers) =>
    TargetCluster.open(address, { patienceMs, signal, ...servers }),
  );
  try {
    const takesFunctions = !options.functions || (await hasFunctions(cluster));
    const nowMs = await cluster.serverTimeMs();
    const known = { options, source, target, cluster, nowMs, bar, signal, startedAt };
    const opened: Run = {
      ...known,
      contents: [],
      hasFunctions: takesFunctions,
    };
    if (options.mode !== 'report' && options.apply === true) return await applied(opened, saved);
    const surveys = await surveyAll(source, selectionOf(options), {
      nowMs,
      bar,
      signal,
      nameBytes: nameBytesOf(target),
    });
    signal.throwIfAborted();
    await refuseUnfit(cluster, surveys, target.database);
    const surveyed = { ...opened, contents: surveys };
    if (options.mode === 'report') return await reported(surveyed, surveys);
    return outputOf(surveyed, 'plan', planned(surveyed, surveys));
  } finally {
    cluster.close();
    await source.close();
  }
}

async function applied(opened: Run, saved: Saved | undefined) {
  const { options, source, target, cluster, nowMs, signal } = opened;
  const contents = await contentsOf(source, selectionOf(options), {
    ...opened,
    database: target.database,
    nameBytes: nameBytesOf(target),
  });
  signal.throwIfAborted();
  const run: Run = { ...opened, contents };
  const state = stateOf(run, contents, saved);
  const mode = options.mode === 'overwrite' ? 'overwrite' : 'missing';
  if (options.json === true) warn(run);
  try {
    const outcome = await writeAll({
      sources: source.files.map(({ bytes }) => bytes),
      cluster,
      mode,
      selection: selectionOf(options),
      nowMs,
      ...(target.database === undefined ? {} : { database: target.database }),
      ...(options.rate === undefined ? {} : { keysPerSecond: options.rate }),
      patienceMs: options.patience * 1000,
      ...librariesOf(run, contents),
      state,
      signal,
      onProgress: () => showProgress(run, state),
    });
    await state.remove();
    return outputOf(run, 'recovered', outcome);
  } catch (error) {
    run.bar.erase();
    // There will be no report to say it.
    if (options.json !== true) warn(run);
    if (await canGoOn(state, error))
      process.stderr.write(
        `Not finished. To resume:\n  ${commandToGoOn(process.argv.slice(2), state.path)}\n`,
      );
    throw error;
  }
}

/** Whether another run can; a state from which none ever could is not left in the way of a new beginning. */
async function canGoOn(state: StateFile, error: unknown): Promise<boolean> {
  if (state.shards.some(({ tally }) => areTooMany(tally.refused))) await state.remove();
  // What another process has lost, going on does not bring back; but what was under way must not be sent as it was.
  const isLost =
    error instanceof AppError &&
    error.code === 'TargetChanged' &&
    !(error instanceof ProcessGone && afterDeath(state.state) !== undefined);
  return !isLost && existsSync(state.path);
}

function warn(run: Run): void {
  for (const warning of warningsIn(run)) process.stderr.write(`Warning: ${warning}\n`);
}

/** @throws AppError `NotResumable` if what was saved is of something else, or was forgotten */
function stateOf({ options, source, target }: Run, contents: readonly Contents[], saved: Saved | undefined) {
  const path = options.resume ?? options.state ?? besides(source, target);
  const database = target.database === undefined ? {} : { database: target.database };
  const identity: Identity = {
    source: source.name,
    files: contents.map(({ sha256 }) => sha256),
    target: target.name,
    options: { ...boundOptions(options), ...database },
  };
  if (saved !== undefined) refuseOther(path, saved.identity, identity);
  else refuseForgotten(path);
  return new StateFile(path, saved ?? freshState(identity, new Date()));
}

/** Beside the file; of a recovery point, here. */
function besides({ point, name, slug }: Source, target: NamedTarget): string {
  const folder = point === undefined ? dirname(name) : '.';
  const { host, port } = target.address;
  return join(folder, `${slug}.into-${host.replace(/[^\w.-]/g, '_')}-${port}.recover.json`);
}

function refuseForgotten(path: string): void {
  if (!existsSync(path)) return;
  throw new AppError(
    'NotResumable',
    `an earlier run left ${path}; resume it with --resume ${quoted(path)}, or delete the file to start again`,
  );
}

function showProgress({ source, bar, startedAt }: Run, state: StateFile): void {
  const elapsedMs = performance.now() - startedAt;
  bar.update(elapsedMs, () => ({
    bytes: state.shards.reduce((sum, { mark }) => sum + (mark?.position ?? 0), 0),
    sizeBytes: source.files.reduce((sum, { bytes }) => sum + bytes.sizeBytes, 0),
    seconds: elapsedMs / 1000,
    keys: state.shards.reduce((sum, { tally }) => sum + tally.written, 0),
  }));
}

async function reported(run: Run, surveys: readonly Survey[]): Promise<RecoverOutput> {
  const { options, source, target, cluster, nowMs, bar, signal, startedAt } = run;
  const plan = planned(run, surveys);
  const found = { there: 0, missing: 0 };
  const pace = new Pace(options.rate, signal);
  for (const { bytes } of source.files) {
    const looked = await lookForKeys({
      source: bytes,
      cluster,
      selection: selectionOf(options),
      nowMs,
      database: target.database,
      pace,
      onProgress: (position) => {
        signal.throwIfAborted();
        const elapsedMs = performance.now() - startedAt;
        const { sizeBytes } = bytes;
        const keys = found.there + found.missing;
        bar.update(elapsedMs, () => ({ bytes: position, sizeBytes, seconds: elapsedMs / 1000, keys }));
      },
    });
    found.there += looked.there;
    found.missing += looked.missing;
  }
  const libraries = await loadLibraries(cluster, librariesOf(run, surveys).libraries, 'report');
  const outcome = { ...plan, written: found.missing, skipped: found.there, libraries };
  return outputOf(run, 'report', { ...outcome, refusals: libraries.refused });
}

type Planned = Omit<Outcome, 'skipped'> & { readonly skipped: number | null };

/** What the files alone say. */
function planned(run: Run, surveys: readonly Survey[]): Planned {
  const sum = (of: (counts: Survey['counts']) => number) =>
    surveys.reduce((total, { counts }) => total + of(counts), 0);
  const { libraries } = librariesOf(run, surveys);
  return {
    read: sum(
      ({ emitted, tooBig, expired, filtered, empty }) => emitted + tooBig + expired + filtered + empty,
    ),
    written: sum(({ emitted, tooBig }) => emitted + tooBig),
    skipped: null,
    expired: sum(({ expired }) => expired),
    refused: 0,
    filtered: sum(({ filtered }) => filtered),
    empty: sum(({ empty }) => empty),
    libraries: { written: libraries.length, skipped: 0, refused: [] },
    refusals: [],
  };
}

function outputOf(run: Run, outcome: RecoverOutput['outcome'], found: Planned): RecoverOutput {
  const { options, source, target, cluster, startedAt } = run;
  const { libraries, refusals, ...counts } = found;
  const { engine, version } = cluster.facts;
  return {
    contract: 1,
    outcome,
    source: source.name,
    target: {
      name: target.name,
      engine,
      version,
      clusterMode: cluster.isCluster,
      shards: cluster.primaries.length,
    },
    mode: options.mode,
    ...counts,
    functions: { ...libraries, refused: libraries.refused.length },
    refusals: [...refusals],
    warnings: [...warningsIn(run)],
    seconds: Math.round(performance.now() - startedAt) / 1000,
  };
}
