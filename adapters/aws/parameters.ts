import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Parameters } from '../../core/ports.ts';
import { CLIENT_OPTIONS } from './client-options.ts';
import { nameOf, translating } from './translate.ts';

/** SSM parameters, decrypted. */
export function parameters(client = new SSMClient(CLIENT_OPTIONS)): Parameters {
  return {
    read: (name) =>
      translating(`read parameter ${name}`, async () => {
        try {
          const { Parameter } = await client.send(
            new GetParameterCommand({ Name: name, WithDecryption: true }),
          );
          return Parameter?.Value;
        } catch (error) {
          if (nameOf(error) === 'ParameterNotFound') return undefined;
          throw error;
        }
      }),
  };
}
