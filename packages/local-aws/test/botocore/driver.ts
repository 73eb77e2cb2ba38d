import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What botocore made of one call. */
export interface Answer {
  readonly status: number;
  readonly code?: string;
  readonly message?: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

export interface Call {
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly parameters: unknown;
}

/** A Python process with botocore in it, which makes one call after the other. */
export class Driver {
  readonly #process: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  constructor(environment: Readonly<Record<string, string>>) {
    const python = pythonWithBotocore();
    if (python === undefined)
      throw new Error('no python3 with botocore: install the package python3-botocore');
    this.#process = spawn(python, [join(import.meta.dirname, 'driver.py')], {
      env: {
        PATH: process.env.PATH,
        HOME: '/nonexistent',
        AWS_EC2_METADATA_DISABLED: 'true',
        ...environment,
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const { stdout } = this.#process;
    if (stdout === null) throw new Error('the driver has no output');
    this.#answers = createInterface({ input: stdout })[Symbol.asyncIterator]();
  }

  async call(call: Call): Promise<Answer> {
    this.#process.stdin?.write(`${JSON.stringify(call)}\n`);
    const { value, done } = await this.#answers.next();
    if (done === true) throw new Error(`the driver ended at ${call.service}:${call.operation}`);
    return JSON.parse(value);
  }

  close(): void {
    this.#process.stdin?.end();
  }
}

/** The first Python that can import botocore: of its own package, or as the AWS CLI 2 brings it. */
function pythonWithBotocore(): string | undefined {
  const importing = 'try:\n import botocore\nexcept ImportError:\n import awscli.botocore';
  return ['python3', '/usr/bin/python3'].find(
    (python) => spawnSync(python, ['-c', importing], { stdio: 'ignore' }).status === 0,
  );
}
