/** What tests and benchmarks of this package, and of its users, need: RDB files, damage, real servers, measurements. */

export { type Sources, sources } from '../bench/fuzz/files.ts';
export { CHECKSUM_BYTES, DAMAGES, MUTATORS } from '../bench/fuzz/mutators.ts';
export { pick, randomOf } from '../bench/fuzz/random.ts';
export {
  be,
  bytes,
  double,
  file,
  key,
  le,
  len,
  listpack,
  lzf,
  type Part,
  payload,
  read,
  str,
  ziplist,
} from './build.ts';
export { type DatasetName, datasetFile, FULL_KEYS } from './dataset.ts';
export { EMPTY_KEYS } from './empty.ts';
export {
  byProgram,
  cpuSecondsOf,
  type Measured,
  measureOnce,
  median,
  type Once,
  type Program,
  peakMib,
  ratioOf,
} from './measure.ts';
export { type Command, commandsOf, run } from './real-data.ts';
export { type RealServer, startServer } from './real-server.ts';
export { held, inMs, select } from './restorable.ts';
export { writeSection } from './section.ts';
export { ask, startBenchServer } from './server.ts';
