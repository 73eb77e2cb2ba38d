import type { PolicyStatement } from '../../iam/policy.ts';

/** Statements of functions' resource policies (AWS::Lambda::Permission), by function ARN. */
export class FunctionPolicies {
  readonly #statements = new Map<string, PolicyStatement[]>();

  add(functionArn: string, statement: PolicyStatement): void {
    this.#statements.set(functionArn, [...(this.#statements.get(functionArn) ?? []), statement]);
  }

  of(
    functionArn: string,
  ): { readonly Version: string; readonly Statement: readonly PolicyStatement[] } | undefined {
    const statements = this.#statements.get(functionArn);
    return statements && { Version: '2012-10-17', Statement: statements };
  }
}
