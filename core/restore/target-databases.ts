/** The databases of what is to be written, and of where it goes. */
export interface TargetDatabases {
  /** The cache, for people. */
  readonly target: string;
  /** Those that there are keys of. */
  readonly inFiles: readonly number[];
  /** The one that everything goes into, if one was named. */
  readonly intoOne: number | undefined;
  /** Those of the two above that the cache does not have. */
  readonly absent: readonly number[];
}

/** Why the keys cannot go where they are to go, and what to change; undefined if they can. */
export function databasesRefusal({ target, inFiles, intoOne, absent }: TargetDatabases): string | undefined {
  if (intoOne !== undefined && absent.includes(intoOne))
    return `${target} is a cluster without database ${intoOne}; omit /${intoOne}`;
  const lacking = intoOne === undefined ? inFiles.filter((database) => absent.includes(database)) : [];
  if (lacking.length > 0)
    return `${target} is a cluster without ${named(lacking)}, and there are keys of ${named(inFiles)}; choose one with --db, and /0 in the URL to write them into database 0. Valkey 9 and newer have several databases with cluster-databases`;
  if (intoOne !== undefined && inFiles.length > 1)
    return `the URL names database ${intoOne}, and there are keys of ${named(inFiles)}; choose one with --db, or omit /${intoOne}`;
  return undefined;
}

const named = (databases: readonly number[]): string =>
  `${databases.length === 1 ? 'database' : 'databases'} ${databases.join(', ')}`;
