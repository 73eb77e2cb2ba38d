import { type Answer, InStep } from './in-step.ts';
import { SECRET } from './mask.ts';
import type { FieldNotes, Fields, NotedCall } from './notes.ts';
import { Recorder } from './recorder.ts';

/** As the SDK's clients are named, and as requests are signed. */
const SIGNING_NAMES: Readonly<Record<string, string>> = {
  ElastiCache: 'elasticache',
  S3: 's3',
  SFN: 'states',
  STS: 'sts',
  CloudWatch: 'monitoring',
  SNS: 'sns',
  SSM: 'ssm',
  Lambda: 'lambda',
  ResourceGroupsTaggingAPI: 'tagging',
};

/** Any text that is long enough for a token of a cache. */
const STAND_IN = 'stands-in-for-a-masked-secret';

export interface ReplayOptions {
  /** In the order of the notes' accounts and regions. */
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
  readonly now: () => number;
  readonly passUntil: (instant: number) => Promise<void>;
  readonly call: (request: {
    readonly service: string;
    readonly operation: string;
    readonly region: string;
    readonly input: object;
  }) => Promise<object>;
}

/** Makes the calls of the notes again, each at its time or when what it shows has come to pass, and keeps notes of the answers. */
export async function replay(notes: FieldNotes, options: ReplayOptions): Promise<FieldNotes> {
  const recorder = new Recorder({
    madeBy: 'the local AWS',
    now: () => new Date(options.now()),
    regions: options.regions,
    accounts: options.accounts,
    ownPrefix: 'redrill-',
    regionOf: () => '',
  });
  const inStep = new InStep(notes, options);
  for (const noted of notes.calls) {
    const service = SIGNING_NAMES[noted.service];
    if (service === undefined) continue;
    const input = unmasked(noted.input, notes, options) as Fields;
    const region = String(unmasked(noted.region, notes, options));
    const { operation } = noted;
    const call = async (): Promise<Answer> => {
      try {
        return { output: await options.call({ service, operation, region, input }) };
      } catch (error) {
        return { error: refusalOf(error) };
      }
    };
    const named = { clientName: `${noted.service}Client`, commandName: `${operation}Command`, input };
    for (const { answer, at } of await inStep.answers(noted, call))
      recorder.note({ ...named, ...answer }, new Date(at));
  }
  return masked(recorder.notes, notes);
}

function refusalOf(error: unknown) {
  const { code, name, status, message } = error as Partial<Record<'code' | 'name' | 'message', string>> & {
    readonly status?: number;
  };
  return Object.assign(new Error(message), {
    name: code ?? name ?? 'Error',
    $metadata: { httpStatusCode: status ?? 0 },
  });
}

/** Masked account ids and the notes' regions, as they are here. */
function unmasked(value: unknown, notes: FieldNotes, { accounts, regions }: ReplayOptions): unknown {
  const text = (raw: string) => {
    if (raw === SECRET) return STAND_IN;
    const there = notes.regions.reduce((so, region, at) => so.replaceAll(region, regions[at] ?? region), raw);
    return accounts.reduce((so, id, at) => so.replaceAll(String(at + 1).repeat(12), id), there);
  };
  return walked(value, text);
}

/** The regions of the notes again, so that both can be compared. */
function masked(here: FieldNotes, notes: FieldNotes): FieldNotes {
  const text = (raw: string) =>
    here.regions.reduce((so, region, at) => so.replaceAll(region, notes.regions[at] ?? region), raw);
  return {
    ...here,
    calls: here.calls.map((call) => walked(call, text) as NotedCall),
    regions: notes.regions,
  };
}

function walked(value: unknown, text: (raw: string) => string): unknown {
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return value.map((item) => walked(item, text));
  if (typeof value !== 'object' || value === null) return value;
  if ('base64' in value && typeof value.base64 === 'string') return Buffer.from(value.base64, 'base64');
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, walked(held, text)]));
}
