/** An interpreter of the Amazon States Language: its clock, its randomness and what runs its tasks come from outside. */

export { type Definition, statesOf } from './definition.ts';
export { StateError } from './errors.ts';
export type { Host, Task } from './host.ts';
export { type Ending, Interpretation } from './interpretation.ts';
export { refuseUninterpreted } from './refusals.ts';
