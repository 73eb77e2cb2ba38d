import type { FieldNotes, Fields, NotedCall } from './notes.ts';
import { idOf, itemsOf, statusOf } from './same-state.ts';

export interface Difference {
  readonly kind: 'field' | 'state' | 'error' | 'order';
  /** `ElastiCache.DescribeSnapshots`, and the resource where it is one's. */
  readonly where: string;
  readonly inNotes: string;
  readonly here: string;
}

/** Everything in which two notes of the same calls differ: fields, states in their sequence, errors, the order of lists. */
export function differences(notes: FieldNotes, here: FieldNotes): readonly Difference[] {
  return [
    ...fieldDifferences(notes.calls, here.calls),
    ...compared('state', stateSequences(notes.calls), stateSequences(here.calls)),
    ...compared('error', errorCodes(notes.calls), errorCodes(here.calls)),
    ...compared('order', listOrders(notes.calls), listOrders(here.calls)),
  ];
}

/** The SDK adds a checksum to what it uploads; a replay makes its calls without the SDK. */
const CHOSEN_BY_THE_CLIENT = /Checksum/;

/** Paths of the fields that all answers of an operation have together, each with the form of its value. */
function fieldDifferences(notes: readonly NotedCall[], here: readonly NotedCall[]): readonly Difference[] {
  const [noted, local] = [formsByOperation(notes), formsByOperation(here)];
  return [...noted].flatMap(([where, forms]) => {
    const localForms = local.get(where);
    // Without an answer there is nothing to compare: the error says so.
    if (localForms === undefined) return [];
    const paths = [...new Set([...forms.keys(), ...localForms.keys()])].sort();
    return paths.flatMap((path): readonly Difference[] => {
      if (CHOSEN_BY_THE_CLIENT.test(path)) return [];
      const [inNotes, here] = [forms.get(path) ?? 'absent', localForms.get(path) ?? 'absent'];
      return inNotes === here ? [] : [{ kind: 'field', where: `${where} ${path}`, inNotes, here }];
    });
  });
}

function formsByOperation(calls: readonly NotedCall[]): ReadonlyMap<string, Map<string, string>> {
  const byOperation = new Map<string, Map<string, string>>();
  for (const call of calls) {
    if (call.output === undefined) continue;
    const forms = byOperation.get(operationOf(call)) ?? new Map<string, string>();
    byOperation.set(operationOf(call), forms);
    addForms(forms, '', call.output);
  }
  return byOperation;
}

function addForms(forms: Map<string, string>, path: string, value: unknown): void {
  if (Array.isArray(value)) for (const item of value) addForms(forms, `${path}[]`, item);
  else if (typeof value === 'object' && value !== null)
    for (const [name, held] of Object.entries(value))
      addForms(forms, path === '' ? name : `${path}.${name}`, held);
  else forms.set(path, formOf(value));
}

const formOf = (value: unknown): string =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? 'time' : typeof value;

/** The statuses of each resource, in the order in which they were seen, the same one once. */
function stateSequences(calls: readonly NotedCall[]): ReadonlyMap<string, string> {
  const sequences = new Map<string, string[]>();
  for (const call of calls)
    for (const item of [call.output ?? {}, ...itemsOf(call.output)]) {
      const status = statusOf(item);
      const id = idOf(item);
      if (status === undefined || id === undefined) continue;
      const key = `${operationOf(call)} ${id}`;
      const sequence = sequences.get(key) ?? [];
      sequences.set(key, sequence);
      if (sequence.at(-1) !== status) sequence.push(status);
    }
  return new Map([...sequences].map(([key, states]) => [key, states.join(' → ')]));
}

function errorCodes(calls: readonly NotedCall[]): ReadonlyMap<string, string> {
  const codes = new Map<string, Set<string>>();
  for (const call of calls) {
    const known = codes.get(operationOf(call)) ?? new Set();
    codes.set(operationOf(call), known);
    if (call.error !== undefined) known.add(`${call.error.code} (${call.error.status})`);
  }
  return new Map([...codes].map(([key, found]) => [key, [...found].sort().join(', ') || 'none']));
}

/** Of each list of an operation whether its items come in the ascending order of their ids. */
function listOrders(calls: readonly NotedCall[]): ReadonlyMap<string, string> {
  const orders = new Map<string, string>();
  for (const call of calls)
    for (const [name, list] of Object.entries(call.output ?? {})) {
      const ids = Array.isArray(list) ? list.flatMap((item: Fields) => idOf(item) ?? []) : [];
      if (ids.length < 2) continue;
      const ascending = ids.every((id, at) => at === 0 || (ids[at - 1] ?? '') <= id);
      orders.set(`${operationOf(call)} ${name}`, ascending ? 'ascending' : 'another order');
    }
  return orders;
}

function compared(
  kind: Difference['kind'],
  notes: ReadonlyMap<string, string>,
  here: ReadonlyMap<string, string>,
): readonly Difference[] {
  return [...new Set([...notes.keys(), ...here.keys()])].sort().flatMap((where) => {
    const [inNotes, local] = [notes.get(where) ?? 'none', here.get(where) ?? 'none'];
    return inNotes === local ? [] : [{ kind, where, inNotes, here: local }];
  });
}

const operationOf = ({ service, operation }: NotedCall): string => `${service}.${operation}`;
