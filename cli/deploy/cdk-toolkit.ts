import {
  BootstrapEnvironments,
  type DeployConfirmationRequest,
  DiffMethod,
  type IIoHost,
  type IoMessage,
  type IoRequest,
  type StackActivity,
  type StackDiff,
  type StackMonitoringControlEvent,
  StackSelectionStrategy,
  type SuccessfulDeployStackResult,
  Toolkit,
  ToolkitError,
} from '@aws-cdk/toolkit-lib';
import { AppError } from '../../core/model/errors.ts';
import { LOOK_EVERY_MS } from '../pace.ts';
import type { StatusLine } from '../terminal/status-line.ts';
import {
  type ComparedTemplates,
  type ResourceChange,
  resourceChanges,
  type StackChanges,
} from './changes.ts';
import { deploymentFailed, type StackEvent } from './failure.ts';
import type { Half } from './halves.ts';
import { StackProgress } from './stack-progress.ts';

export interface ToolkitOptions {
  readonly line: StatusLine;
  readonly now: () => Date;
  /** Whether differences are printed in colours. */
  readonly hasColours: boolean;
  readonly roleArn: string | undefined;
  readonly importExistingResources: boolean;
}

/** What a deployment of one stack came to. */
export interface Deployment {
  readonly isUnchanged: boolean;
  readonly outputs: Readonly<Record<string, string>>;
}

/**
 * Messages of the toolkit that carry something.
 * https://docs.aws.amazon.com/cdk/api/toolkit-lib/message-registry/ (checked 2026-11-24)
 */
const CODES = {
  compared: 'CDK_TOOLKIT_I4002',
  agrees: 'CDK_TOOLKIT_I5060',
  begins: 'CDK_TOOLKIT_I5501',
  activity: 'CDK_TOOLKIT_I5502',
  deployed: 'CDK_TOOLKIT_I5900',
} as const;

/** The CDK's own toolkit: what `cdk bootstrap`, `cdk diff` and `cdk deploy` run. It loads in a second. */
export class CdkToolkit {
  readonly #options: ToolkitOptions;
  readonly #toolkit: Toolkit;
  #hear: (message: IoMessage<unknown>) => void = () => undefined;
  #answer: (request: IoRequest<unknown, unknown>) => unknown = ({ defaultResponse }) => defaultResponse;

  constructor(options: ToolkitOptions) {
    this.#options = options;
    const ioHost: IIoHost = {
      notify: async (message) => this.#hear(message),
      // The toolkit's own type: it takes back what it asked for.
      requestResponse: async <T>(request: IoRequest<unknown, T>) => this.#answer(request) as T,
    };
    this.#toolkit = new Toolkit({ ioHost, emojis: false, color: options.hasColours });
  }

  /** @param environments `aws://<account>/<region>`. @throws AppError `DeploymentFailed` */
  async bootstrap(environments: readonly string[]): Promise<void> {
    for (const environment of environments) {
      const [, account = '', region = ''] = /^aws:\/\/(.+)\/(.+)$/.exec(environment) ?? [];
      const half: Half = { half: 'source', stack: 'CDKToolkit', account, region };
      await this.#following(half, () =>
        this.#toolkit.bootstrap(BootstrapEnvironments.fromList([environment])),
      );
    }
  }

  /** What a deployment would change, from a change set of CloudFormation that is deleted again. */
  async changes(assembly: string, half: Half): Promise<StackChanges> {
    let found: StackChanges = { text: '', resources: [] };
    this.#hear = ({ code, data }) => {
      if (code !== CODES.compared) return;
      const { formattedDiff, diffs } = data as StackDiff;
      const resources = Object.values(diffs).flatMap((diff) => resourceChanges(diff as ComparedTemplates));
      found = { text: formattedDiff.diff, resources };
    };
    const { importExistingResources } = this.#options;
    await this.#translating(half, [], async () =>
      this.#toolkit.diff(await this.#toolkit.fromAssemblyDirectory(assembly), {
        stacks: only(half),
        method: DiffMethod.ChangeSet({ importExistingResources }),
      }),
    );
    return found;
  }

  /**
   * Deploys one stack and waits until CloudFormation has finished.
   * @param allows gets what the change set changes, before it is executed
   * @throws AppError `DeploymentFailed`, `NotBootstrapped`
   */
  async deploy(
    assembly: string,
    half: Half,
    allows: (changes: readonly ResourceChange[]) => boolean,
  ): Promise<Deployment> {
    let result: SuccessfulDeployStackResult | undefined;
    this.#answer = ({ code, data, defaultResponse }) => {
      if (code !== CODES.agrees) return defaultResponse;
      const { templateDiffs } = data as DeployConfirmationRequest;
      return allows(Object.values(templateDiffs).flatMap(resourceChanges));
    };
    const { importExistingResources, roleArn } = this.#options;
    await this.#following(
      half,
      async () =>
        this.#toolkit.deploy(await this.#toolkit.fromAssemblyDirectory(assembly), {
          stacks: only(half),
          deploymentMethod: { method: 'change-set', importExistingResources },
          stackEventPollingInterval: LOOK_EVERY_MS,
          ...(roleArn === undefined ? {} : { roleArn }),
        }),
      ({ code, data }) => {
        if (code === CODES.deployed) result = data as SuccessfulDeployStackResult;
      },
    );
    return { isUnchanged: result?.noOp ?? true, outputs: result?.outputs ?? {} };
  }

  /** Shows how far CloudFormation is with a stack. */
  async #following(
    half: Half,
    work: () => Promise<unknown>,
    hear: (message: IoMessage<unknown>) => void = () => undefined,
  ): Promise<void> {
    const { line, now } = this.#options;
    const progress = new StackProgress(half.stack, line, now());
    this.#hear = (message) => {
      const { code, data } = message;
      if (code === CODES.begins) progress.begin((data as StackMonitoringControlEvent).resourcesTotal);
      else if (code === CODES.activity) progress.note(eventOf(data as StackActivity));
      else hear(message);
    };
    try {
      progress.prepare();
      await this.#translating(half, progress.events, work);
    } finally {
      line.end();
    }
  }

  async #translating(half: Half, events: readonly StackEvent[], work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw errorOf(error, half, events);
    }
  }
}

const only = ({ stack }: Half) => ({
  strategy: StackSelectionStrategy.PATTERN_MUST_MATCH_SINGLE,
  patterns: [stack],
});

function eventOf({ event }: StackActivity): StackEvent {
  return {
    logicalId: event.LogicalResourceId ?? '',
    physicalId: event.PhysicalResourceId ?? '',
    type: event.ResourceType ?? '',
    status: event.ResourceStatus ?? '',
    reason: event.ResourceStatusReason ?? '',
  };
}

/** What the toolkit throws, in words of Redrill's own. What it wraps says more than the wrapping. */
function errorOf(error: unknown, half: Half, events: readonly StackEvent[]): unknown {
  const causes = causesOf(error);
  const known = causes.find((each) => each instanceof AppError);
  const cause = causes.at(-1);
  if (known !== undefined || cause === undefined) return known ?? error;
  const bootstrap = causes.find((each) => ToolkitError.isBootstrapError(each));
  if (bootstrap !== undefined) return new AppError('NotBootstrapped', bootstrap.message, { cause });
  const said = ToolkitError.isToolkitError(cause) ? cause.message : `${cause.name}: ${cause.message}`;
  return deploymentFailed({ ...half, events, said: said.trim(), cause });
}

function causesOf(error: unknown): readonly Error[] {
  return error instanceof Error ? [error, ...causesOf(error.cause)] : [];
}
