/** Answers of AWS that were recorded, to compare the local AWS with. */

export { type Difference, differences } from './compare.ts';
export { inWords } from './in-words.ts';
export { type FieldNotes, type Fields, type NotedCall, parseNotes } from './notes.ts';
export { type LoggedCall, Recorder } from './recorder.ts';
export { replay } from './replay.ts';
