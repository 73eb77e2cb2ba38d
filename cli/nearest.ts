/** `; did you mean 'sessions'?`, if one of the names is close enough, else the first few that there are. */
export function nearest(typed: string, names: readonly string[]): string {
  const [best] = names
    .map((name) => ({ name, distance: editDistance(typed, name) }))
    .sort((one, other) => one.distance - other.distance);
  if (best === undefined) return '; there is none';
  if (best.distance <= Math.max(2, typed.length / 3)) return `; did you mean '${best.name}'?`;
  const some = names.slice(0, 5).join(', ');
  return `; there is ${some}${names.length > 5 ? `, … (${names.length} in all)` : ''}`;
}

/** Levenshtein's: the fewest characters to add, drop or change. */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [at, character] of [...one].entries()) {
    const next = [at + 1];
    for (const [column, candidate] of [...other].entries()) {
      const changed = (row[column] ?? 0) + (character === candidate ? 0 : 1);
      next.push(Math.min(changed, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
