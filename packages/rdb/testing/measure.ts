/** Whole processes, measured in turns, so that whatever else the machine does meets all of them. */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import process from 'node:process';

export interface Program {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** A file that it reads as its input. */
  readonly input?: string;
  /** Beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Once {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly maxRssMib: number;
}

/** A program's rounds, in the order in which they were run. */
export interface Measured {
  readonly name: string;
  readonly rounds: readonly Once[];
}

const GNU_TIME = '/usr/bin/time';
/** Fields of GNU time: user and system time in seconds, peak memory in KiB. */
const TIME_FORMAT = '%U %S %M';

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** @throws if it fails */
export function measureOnce({ command, input, env }: Program): Once {
  const stdin = input === undefined ? 'ignore' : openSync(input, 'r');
  const startedAt = performance.now();
  const { status, stderr } = spawnSync(GNU_TIME, ['-f', TIME_FORMAT, ...command], {
    stdio: [stdin, 'ignore', 'pipe'],
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  const seconds = (performance.now() - startedAt) / 1000;
  if (typeof stdin === 'number') closeSync(stdin);
  if (status !== 0) throw new Error(`${command.join(' ')} failed: ${stderr}`);
  const [user = 0, system = 0, kib = 0] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  return { seconds, cpuSeconds: user + system, maxRssMib: kib / 1024 };
}

/** What `/proc` counts processor time in: a hundredth of a second wherever Linux runs on x86 or ARM. */
const TICKS_PER_SECOND = 100;

/** User and system time of a running process so far. Only of Linux. */
export function cpuSecondsOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name, in parentheses, may hold spaces; the times are the 14th and 15th field of all.
  const [user, system] = status
    .slice(status.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) / TICKS_PER_SECOND;
}

export function measure(programs: readonly Program[], rounds: number): readonly Measured[] {
  const all = Array.from({ length: rounds }, () => programs.map(measureOnce));
  return byProgram(programs, all);
}

/** @param rounds of each, what each program took */
export function byProgram(
  programs: readonly Program[],
  rounds: readonly (readonly Once[])[],
): readonly Measured[] {
  return programs.map(({ name }, index) => ({ name, rounds: rounds.flatMap((round) => round[index] ?? []) }));
}

export const peakMib = ({ rounds }: Measured): number =>
  Math.max(...rounds.map(({ maxRssMib }) => maxRssMib));

/** The median of the ratios of each round: what slows down a round slows down both. */
export const ratioOf = (one: Measured, other: Measured, of: 'seconds' | 'cpuSeconds' = 'seconds'): number =>
  median(one.rounds.map((round, index) => round[of] / (other.rounds[index]?.[of] ?? Number.NaN)));

const HEADINGS = ['program', 's', 'from – to', 'ratio', 'CPU s', 'CPU ratio', 'MB/s', 'peak MiB'];
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** @param reference which the ratios are to */
export function tableOf(measured: readonly Measured[], reference: Measured, sizeBytes: number): string {
  const rows = measured.map((each) => {
    const all = each.rounds.map(({ seconds }) => seconds);
    const seconds = median(all);
    return row([
      each.name,
      seconds.toFixed(2),
      `${Math.min(...all).toFixed(2)} – ${Math.max(...all).toFixed(2)}`,
      ratioOf(each, reference).toFixed(2),
      median(each.rounds.map(({ cpuSeconds }) => cpuSeconds)).toFixed(2),
      ratioOf(each, reference, 'cpuSeconds').toFixed(2),
      (sizeBytes / 1e6 / seconds).toFixed(0),
      peakMib(each).toFixed(0),
    ]);
  });
  return [row(HEADINGS), row(HEADINGS.map(() => '---')), ...rows].join('\n');
}
