import type { ResourceHandler } from '../cloudformation/resource.ts';

/**
 * Repositories as something to refer to, because the CDK's bootstrap stack has one: they hold no image.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecr-repository.html
 */
export function repositoryHandler(): ResourceHandler {
  return {
    type: 'AWS::ECR::Repository',
    properties: ['ImageTagMutability', 'LifecyclePolicy', 'RepositoryName', 'RepositoryPolicyText'],
    create: async ({ properties, stack: { region, account }, generatedName }) => {
      const name: string = properties.RepositoryName ?? generatedName.toLowerCase();
      return { ref: name, attributes: { Arn: `arn:aws:ecr:${region}:${account}:repository/${name}` } };
    },
    update: async (_declaration, { ref, attributes }) => ({ ref, attributes }),
    delete: async () => {},
  };
}
