import type { StatusLine } from '../terminal/status-line.ts';
import type { StackEvent } from './failure.ts';

/** How far CloudFormation is with one stack, from its events. */
export class StackProgress {
  readonly events: StackEvent[] = [];
  readonly #stack: string;
  readonly #line: StatusLine;
  readonly #since: Date;
  readonly #done = new Set<string>();
  #total: number | undefined;
  #step = 'prepare the change set';

  constructor(stack: string, line: StatusLine, since: Date) {
    this.#stack = stack;
    this.#line = line;
    this.#since = since;
  }

  /** Files are uploaded, and a change set is made. */
  prepare(): void {
    this.#show('');
  }

  /** @param total resources that the deployment changes, if it is known */
  begin(total: number | undefined): void {
    this.#total = total;
  }

  note(event: StackEvent): void {
    this.events.push(event);
    const { type, status, logicalId } = event;
    if (type === 'AWS::CloudFormation::Stack') this.#step = inWords(status);
    else if (status.endsWith('_COMPLETE')) this.#done.add(logicalId);
    this.#show(this.#detail(event));
  }

  #detail({ type, logicalId }: StackEvent): string {
    const counted = this.#total === undefined ? `${this.#done.size}` : `${this.#done.size} of ${this.#total}`;
    return `  ${counted}  ${type.replace(/^AWS::/, '')} ${logicalId}`;
  }

  #show(detail: string): void {
    this.#line.step(`${this.#stack}: ${this.#step}`, this.#since, detail);
  }
}

/** `UPDATE_ROLLBACK_IN_PROGRESS` as `update rollback in progress`. */
const inWords = (status: string): string => status.toLowerCase().replaceAll('_', ' ');
