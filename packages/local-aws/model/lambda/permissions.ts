import type { PolicyStatement } from '../../iam/policy.ts';
import { ServiceError } from '../service.ts';

type Statement = PolicyStatement & { readonly Sid: string };

/** Statements of functions' resource policies, by function ARN. */
export class FunctionPolicies {
  readonly #statements = new Map<string, readonly Statement[]>();

  add(functionArn: string, statement: Statement): void {
    this.#statements.set(functionArn, [...(this.#statements.get(functionArn) ?? []), statement]);
  }

  /** @throws ServiceError if there is no such statement */
  remove(functionArn: string, sid: string): void {
    const statements = this.#statements.get(functionArn) ?? [];
    if (statements.every(({ Sid }) => Sid !== sid)) throw noSuchResource();
    this.#statements.set(
      functionArn,
      statements.filter(({ Sid }) => Sid !== sid),
    );
  }

  of(
    functionArn: string,
  ): { readonly Version: string; readonly Statement: readonly PolicyStatement[] } | undefined {
    const statements = this.#statements.get(functionArn) ?? [];
    return statements.length === 0 ? undefined : { Version: '2012-10-17', Statement: statements };
  }
}

/** Of a function without a policy: https://github.com/localstack/localstack/blob/main/tests/aws/services/lambda_/test_lambda_api.snapshot.json */
export function noSuchResource(): ServiceError {
  return new ServiceError('ResourceNotFoundException', 'The resource you requested does not exist.', 404, {
    Type: 'User',
  });
}
