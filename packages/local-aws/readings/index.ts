/** What AWS's documentation leaves open, and the readings that are possible. */

export { QUESTIONS, type QuestionId, type Readings, readingsOf } from '../readings.ts';
