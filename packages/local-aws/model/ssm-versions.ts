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

/** Every parameter by ARN, with its last versions and their labels; a label is on one version at a time. */
export class ParameterVersions {
  readonly #versions = new Map<string, readonly Parameter[]>();
  readonly #labels = new Map<string, Map<string, number>>();

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

  delete(arn: string): boolean {
    this.#labels.delete(arn);
    return this.#versions.delete(arn);
  }

  label(arn: string, version: number, label: string): void {
    const labels = this.#labels.get(arn) ?? new Map<string, number>();
    this.#labels.set(arn, labels.set(label, version));
  }

  labelsOf(arn: string, version: number): readonly string[] {
    return [...(this.#labels.get(arn) ?? [])].filter(([, at]) => at === version).map(([label]) => label);
  }
}
