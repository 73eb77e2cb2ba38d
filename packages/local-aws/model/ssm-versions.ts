export type ParameterType = 'String' | 'StringList' | 'SecureString';

/** One version of a parameter. */
export interface Parameter {
  readonly arn: string;
  readonly name: string;
  readonly type: ParameterType;
  readonly value: string;
  readonly version: number;
  /** Virtual time, ms since the epoch. */
  readonly modifiedAt: number;
  readonly modifiedBy: string;
  /** Customer-managed key of a SecureString; `undefined` for the account's own `alias/aws/ssm`. */
  readonly keyId: string | undefined;
}

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-versions.html */
const VERSIONS_KEPT = 100;

/** Every parameter by ARN, with its last versions. */
export class ParameterVersions {
  readonly #versions = new Map<string, readonly Parameter[]>();

  /** The latest version. */
  get(arn: string): Parameter | undefined {
    return this.#versions.get(arn)?.at(-1);
  }

  has(arn: string): boolean {
    return this.#versions.has(arn);
  }

  /** Oldest first. */
  allOf(arn: string): readonly Parameter[] {
    return this.#versions.get(arn) ?? [];
  }

  add(parameter: Parameter): void {
    this.#versions.set(parameter.arn, [...this.allOf(parameter.arn), parameter].slice(-VERSIONS_KEPT));
  }

  delete(arn: string): void {
    this.#versions.delete(arn);
  }
}
