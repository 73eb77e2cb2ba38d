import type { ResourceDeclaration, ResourceHandler } from '../../cloudformation/resource.ts';
import { ServiceError } from '../service.ts';

interface Dashboard {
  readonly arn: string;
  readonly account: string;
  readonly name: string;
  /** JSON text, as it was deployed. */
  readonly body: string;
}

/** Dashboards are stored and given back; nothing draws them. */
export class Dashboards {
  readonly #dashboards = new Map<string, Dashboard>();

  put(dashboard: Dashboard): void {
    this.#dashboards.set(dashboard.arn, dashboard);
  }

  remove(account: string, name: string): void {
    this.#dashboards.delete(arnOf(account, name));
  }

  /** @throws ServiceError `ResourceNotFound` */
  get(account: string, name: string): Dashboard {
    const dashboard = this.#dashboards.get(arnOf(account, name));
    if (dashboard !== undefined) return dashboard;
    throw new ServiceError('ResourceNotFound', `Dashboard ${name} does not exist`, 404);
  }
}

function arnOf(account: string, name: string): string {
  return `arn:aws:cloudwatch::${account}:dashboard/${name}`;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudwatch-dashboard.html */
export function dashboardHandler(dashboards: Dashboards): ResourceHandler {
  const put = ({ properties, stack: { account }, generatedName }: ResourceDeclaration) => {
    const name: string = properties.DashboardName ?? generatedName;
    const body: string = properties.DashboardBody;
    refuseInvalid(name, body);
    dashboards.put({ arn: arnOf(account, name), account, name, body });
    return { ref: name, attributes: {} };
  };
  return {
    type: 'AWS::CloudWatch::Dashboard',
    properties: ['DashboardBody', 'DashboardName'],
    create: async (declaration) => put(declaration),
    update: async (declaration) => put(declaration),
    delete: async ({ ref, stack }) => dashboards.remove(stack.account, ref),
  };
}

function refuseInvalid(name: string, body: string): void {
  let widgets: unknown;
  try {
    widgets = JSON.parse(body)?.widgets;
  } catch {
    widgets = undefined;
  }
  if (Array.isArray(widgets)) return;
  throw new ServiceError(
    'InvalidParameterInput',
    `The body of dashboard ${name} is not a JSON object with widgets`,
  );
}
