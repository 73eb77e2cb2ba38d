import { orderedIn, withoutEarlyLooks } from './early-looks.ts';
import type { FieldNotes, Fields, NotedCall } from './notes.ts';
import { idOf, isReading, keyOf, stateOf, subjectOf } from './same-state.ts';
import { isSameWay, type Stretch, stretchesOf } from './stretches.ts';

export interface Difference {
  /** `order` of the items of a list, or of two things that came to be. */
  readonly kind: 'field' | 'state' | 'error' | 'order';
  /** `ElastiCache.DescribeSnapshots`, and the field, list or resource. */
  readonly where: string;
  readonly inNotes: string;
  readonly here: string;
}

type Calls = readonly NotedCall[];

/** Everything in which two notes of the same calls differ: fields, states in their sequence, errors, and order. */
export function differences(notes: FieldNotes, here: FieldNotes): readonly Difference[] {
  const [noted, local] = withoutEarlyLooks(notes.calls, here.calls);
  return [
    ...fieldDifferences(noted, local),
    ...stateDifferences(noted, local),
    ...compared('error', errorCodes(noted), errorCodes(local)),
    ...compared('order', listOrders(noted), listOrders(local)),
    ...turnedRound(noted, local),
  ];
}

/** The SDK adds a checksum to what it uploads; a replay makes its calls without the SDK. */
const CHOSEN_BY_THE_CLIENT = /Checksum/;

/** Paths of the fields that all answers of an operation have together, each with the form of its value. */
function fieldDifferences(notes: Calls, here: Calls): readonly Difference[] {
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

function formsByOperation(calls: Calls): ReadonlyMap<string, Map<string, string>> {
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

/** What the looks at one thing show, in their order. */
function stateDifferences(notes: Calls, here: Calls): readonly Difference[] {
  const [noted, local] = [notes, here].map((calls) => Map.groupBy(calls.filter(isReading), lookOf));
  const ordered = orderedIn(notes);
  return [...(noted ?? [])].flatMap(([where, looks]): readonly Difference[] => {
    const begins = looks.some((look) => ordered.has(subjectOf(look))) ? 'with the first look' : 'before';
    const [inNotes, found] = [stretchesOf(looks, begins), stretchesOf(local?.get(where) ?? [], begins)];
    if (isSameWay(inNotes, found)) return [];
    return [{ kind: 'state', where, inNotes: wayText(inNotes), here: wayText(found) }];
  });
}

const wayText = (way: readonly Stretch[]): string => way.map(({ state }) => state).join(' → ');

const lookOf = (call: NotedCall): string => `${operationOf(call)} ${subjectOf(call)}`;

function errorCodes(calls: Calls): ReadonlyMap<string, string> {
  const codes = new Map<string, Set<string>>();
  for (const call of calls) {
    const known = codes.get(operationOf(call)) ?? new Set();
    codes.set(operationOf(call), known);
    if (call.error !== undefined) known.add(`${call.error.code} (${call.error.status})`);
  }
  return new Map([...codes].map(([key, found]) => [key, [...found].sort().join(', ') || 'none']));
}

/** Of each list of an operation whether its items come in the order of their ids. */
function listOrders(calls: Calls): ReadonlyMap<string, string> {
  const orders = new Map<string, string>();
  for (const call of calls)
    for (const [name, list] of Object.entries(call.output ?? {})) {
      const ids = Array.isArray(list) ? list.flatMap((item: Fields) => idOf(item) ?? []) : [];
      if (new Set(ids).size > 1) orders.set(`${operationOf(call)} ${name}`, orderOf(ids));
    }
  return orders;
}

function orderOf(ids: readonly string[]): string {
  const follows = (is: (one: string, other: string) => boolean) =>
    ids.every((id, at) => at === 0 || is(ids[at - 1] ?? '', id));
  if (follows((one, other) => one <= other)) return 'ascending by name';
  if (follows((one, other) => one >= other)) return 'descending by name';
  return 'in no order of names';
}

/** What comes so soon after something else may come before it the next time. */
const AT_ONCE_MS = 60_000;

interface Event {
  /** `redrill-rehearsal is available (ElastiCache.DescribeReplicationGroups)` */
  readonly what: string;
  readonly look: string;
  readonly afterMs: number;
}

/** Pairs of states of two things that come in one order in the notes and in the other one here. */
function turnedRound(notes: Calls, here: Calls): readonly Difference[] {
  const local = new Map(eventsOf(here).map((event) => [event.what, event.afterMs]));
  const events = eventsOf(notes).filter(({ what }) => local.has(what));
  return events.flatMap((first, at) =>
    events.slice(at + 1).flatMap((second): readonly Difference[] => {
      const [firstHere = 0, secondHere = 0] = [local.get(first.what), local.get(second.what)];
      const isTurned = second.afterMs - first.afterMs > AT_ONCE_MS && firstHere - secondHere > AT_ONCE_MS;
      if (first.look === second.look || !isTurned) return [];
      const [one, other] = [first.what, second.what];
      return [
        {
          kind: 'order',
          where: 'of events',
          inNotes: `${one}, then ${other}`,
          here: `${other}, then ${one}`,
        },
      ];
    }),
  );
}

/** When each thing was first seen in each of its states, but for the one of its first look. */
function eventsOf(calls: Calls): readonly Event[] {
  const looks = Map.groupBy(calls.filter(isReading), keyOf);
  return [...looks].flatMap(([look, [firstLook, ...later]]) => {
    const seen = new Set(firstLook && [stateOf(firstLook)]);
    return later.flatMap((call): readonly Event[] => {
      const state = stateOf(call);
      if (seen.has(state)) return [];
      seen.add(state);
      return [{ what: `${subjectOf(call)} ${state} (${operationOf(call)})`, look, afterMs: call.afterMs }];
    });
  });
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
