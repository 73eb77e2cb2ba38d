import { ServiceError } from './service.ts';

/** Levels of a path. https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html */
const MOST_LEVELS = 15;
const LONGEST_NAME = 1_011;

/**
 * What a new parameter may not be called. AWS tells the reserved names of paths under `/aws` apart from the others.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html; the texts are those of
 * https://github.com/getmoto/moto/blob/master/moto/ssm/models.py
 * @throws ServiceError `AccessDeniedException`, `HierarchyLevelLimitExceededException` or `ValidationException`
 */
export function requireAllowedName(name: string): void {
  const isPath = name.startsWith('/') && name.indexOf('/', 1) > 0;
  if (/^\/?(?:aws|ssm)/i.test(name)) throw reserved(name, isPath);
  if (!/^[\w./-]+$/.test(name) || name.length > LONGEST_NAME)
    throw validation(
      'Parameter name must consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
    );
  if (name.includes('/') && !name.startsWith('/'))
    throw validation('Parameter name must be a fully qualified name.');
  if (name.split('/').length - 1 > MOST_LEVELS)
    throw new ServiceError(
      'HierarchyLevelLimitExceededException',
      `Parameter hierarchy is too deep: ${name} has more than ${MOST_LEVELS} levels.`,
    );
}

function reserved(name: string, isPath: boolean): ServiceError {
  if (isPath && /^\/aws/i.test(name))
    return new ServiceError('AccessDeniedException', `No access to reserved parameter name: ${name}.`);
  return validation(
    isPath
      ? 'Parameter name: can\'t be prefixed with "ssm" (case-insensitive).'
      : 'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).',
  );
}

function validation(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
