import type { Judged, Ours } from './folder.ts';

const VERDICTS: readonly Ours[] = ['sound', 'not sound', 'unsupported'];

/** The table, then every explained disagreement, then every other. */
export function folderReport(judged: readonly Judged[]): string {
  const known = judged.filter(({ because }) => because !== undefined);
  const unknown = unexplainedOf(judged);
  return [
    tableOf(judged),
    ...explained(known),
    ...unexplained(unknown),
    '',
    `${judged.length} files: ${judged.length - known.length - unknown.length} without a disagreement, ${known.length} explained, ${unknown.length} not explained.`,
  ].join('\n');
}

export const unexplainedOf = (judged: readonly Judged[]): readonly Judged[] =>
  judged.filter(({ difference, because }) => difference !== undefined && because === undefined);

function tableOf(judged: readonly Judged[]): string {
  const rows = VERDICTS.map((verdict) => {
    const ours = judged.filter(({ ours }) => ours === verdict);
    const count = (accepts: (each: Judged) => boolean) => ours.filter(accepts).length;
    const loaded = count(({ serverLoads }) => serverLoads);
    const differing = count(({ serverLoads, difference }) => serverLoads && difference !== undefined);
    const alike = verdict === 'sound' ? `${loaded - differing}` : '';
    return `| ${verdict} | ${ours.length} | ${loaded} | ${alike} | ${ours.length - loaded} |`;
  });
  return [
    '| the reader says | files | the server loads | with the same keys and content | the server refuses |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** Reason by reason, the files on a line each. */
function explained(files: readonly Judged[]): readonly string[] {
  const reasons = [...new Set(files.map(({ because }) => because))];
  return reasons.flatMap((reason) => [
    '',
    `Explained: ${reason}`,
    ...files
      .filter(({ because }) => because === reason)
      .map(({ path, ours, said, difference }) => `  ${path}: ${ours} (${said}), but ${difference}`),
  ]);
}

function unexplained(files: readonly Judged[]): readonly string[] {
  if (files.length === 0) return [];
  return [
    '',
    'Not explained:',
    ...files.flatMap(({ path, ours, said, difference, serverSaid }) => [
      `  ${path}: ${ours} (${said}), but ${difference}`,
      ...serverSaid.split('\n').map((line) => `    | ${line}`),
    ]),
  ];
}
