/**
 * Has damaged files judged by the reader, by a server that loads them and by the server's own checker. Every
 * disagreement must be one that packages/rdb/bench/differential/explanations.ts explains. Exit status 1 if one is not.
 *
 *   npm run differential -- [--files 3000] [--seed 1] [--server /usr/bin/redis-check-rdb] [--table docs/fuzzing.md]
 *
 * With a folder instead of a number, the RDB files in it and below are judged as they are, by a server of any version:
 *
 *   npm run differential -- --files <folder> --server <program>
 *
 * The program is a server of Redis or Valkey. Modules are taken from the folder `<program>.modules`.
 */

import process from 'node:process';
import { parseArgs } from 'node:util';
import { writeSection } from '../testing/section.ts';
import { EXPLANATIONS, explanationOf } from './differential/explanations.ts';
import { judgeFiles, rdbFilesIn } from './differential/folder.ts';
import { folderReport, unexplainedOf } from './differential/folder-report.ts';
import { compareWithServer, type Differential, type Found } from './differential/run.ts';

const { values: options } = parseArgs({
  options: {
    files: { type: 'string', default: '3000' },
    seed: { type: 'string', default: '1' },
    server: { type: 'string', default: '/usr/bin/redis-check-rdb' },
    table: { type: 'string' },
  },
});
/** Servers take longer to start than files to read, so some start together. */
const AT_ONCE = 3;

async function compareAll(files: number): Promise<Differential> {
  const bounds = Array.from({ length: AT_ONCE + 1 }, (_, i) => Math.floor((files * i) / AT_ONCE));
  const parts = await Promise.all(
    bounds.slice(1).map((to, index) =>
      compareWithServer({
        program: options.server,
        seed: Number(options.seed),
        from: bounds[index] ?? 0,
        to,
      }),
    ),
  );
  return {
    files,
    sound: parts.reduce((sum, part) => sum + part.sound, 0),
    refused: parts.reduce((sum, part) => sum + part.refused, 0),
    found: parts.flatMap((part) => part.found),
  };
}

function tableOf(found: readonly Found[]): string {
  const rows = EXPLANATIONS.map((explanation) => {
    const files = (who: string) =>
      found.filter((each) => each.who === who && explanationOf(each) === explanation).length;
    return `| ${explanation.they} | ${files('checker')} | ${files('server')} | ${explanation.because} |`;
  });
  return ['| they | checker | server | because |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

async function judgeFolder(folder: string): Promise<void> {
  const paths = rdbFilesIn(folder);
  if (paths.length === 0) throw new Error(`${folder}: expected RDB files in it, found none`);
  const parts = await Promise.all(
    Array.from({ length: AT_ONCE }, (_, part) =>
      judgeFiles(
        options.server,
        paths.filter((_path, index) => index % AT_ONCE === part),
      ),
    ),
  );
  const judged = parts.flat().sort((one, other) => (one.path < other.path ? -1 : 1));
  console.log(folderReport(judged));
  if (unexplainedOf(judged).length > 0) process.exitCode = 1;
}

async function judgeDamaged(count: number): Promise<void> {
  const { files, sound, refused, found } = await compareAll(count);
  const heading = `${files} files, seed ${options.seed}: all three accept ${sound} and refuse ${refused}; every other is explained.`;
  const unexplained = found.filter((each) => explanationOf(each) === undefined);
  console.log(`${heading}\n\n${tableOf(found)}`);
  for (const { file, who, they, ours, said } of unexplained) {
    console.error(
      `\nfile ${file.number} (${file.mutator}): the reader says ${ours.said}\nthe ${who}: ${they}\n${said}`,
    );
  }
  if (unexplained.length > 0) process.exitCode = 1;
  else if (options.table) writeSection(options.table, 'differential', `${heading}\n\n${tableOf(found)}`);
}

const count = Number(options.files);
await (Number.isInteger(count) && count > 0 ? judgeDamaged(count) : judgeFolder(options.files));
