import { NotModelledError, ServiceError } from '../model/service.ts';
import type { Template, TemplateParameter, TemplateValue } from './template.ts';

/** How the text of each parameter type becomes a value. */
const TYPES: Readonly<Record<string, (text: string) => TemplateValue>> = {
  String: (text) => text,
  Number: (text) => text,
  CommaDelimitedList: (text) => text.split(',').map((each) => each.trim()),
};

/** The same as text, as DescribeStacks tells them. */
export function parameterTexts(
  { parameters }: Template,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => [name, given[name] ?? parameter.default ?? '']),
  );
}

/**
 * Values of a template's parameters: those given, or else their defaults.
 * @throws ServiceError `ValidationError` for a missing, unknown or disallowed value
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
 */
export function parameterValues(
  { stackName, parameters }: Template,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, TemplateValue>> {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(parameters, name));
  if (unknown !== undefined) {
    throw new ServiceError(
      'ValidationError',
      `Parameters: [${unknown}] do not exist in the template ${stackName}`,
    );
  }
  const values = Object.entries(parameters).map(
    ([name, parameter]) => [name, valueFor(`${stackName}/${name}`, parameter, given[name])] as const,
  );
  return Object.fromEntries(values);
}

function valueFor(where: string, parameter: TemplateParameter, given: string | undefined): TemplateValue {
  const parse = Object.hasOwn(TYPES, parameter.type) ? TYPES[parameter.type] : undefined;
  if (parse === undefined) throw new NotModelledError(`the parameter type ${parameter.type} (${where})`);
  const text = given ?? parameter.default;
  if (text === undefined)
    throw new ServiceError('ValidationError', `Parameters: [${where}] must have values`);
  const allowed =
    (parameter.allowedValues?.includes(text) ?? true) &&
    (parameter.allowedPattern === undefined || new RegExp(`^(?:${parameter.allowedPattern})$`).test(text));
  if (!allowed)
    throw new ServiceError('ValidationError', `Parameter ${where} has a value that is not allowed: ${text}`);
  return parse(text);
}
