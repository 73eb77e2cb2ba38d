import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from '../../core/contracts/config.ts';
import type { Permission } from '../permissions.ts';

/** What a Lambda needs to put events on the bus of its region. */
export function puttingEvents(
  scope: Construct,
  { eventBus }: Pick<Config['alerts'], 'eventBus'>,
): Permission {
  return { actions: ['events:PutEvents'], resources: [eventBusArn(scope, eventBus)] };
}

export function eventBusArn(scope: Construct, name: string): string {
  return Stack.of(scope).formatArn({
    service: 'events',
    resource: 'event-bus',
    resourceName: name,
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
}
