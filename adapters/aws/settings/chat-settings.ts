import type { SNSClient } from '@aws-sdk/client-sns';
import { SignatureV4 } from '@smithy/signature-v4';
import * as z from 'zod';
import type { SettingDocument } from '../../../core/contracts/settings.ts';
import { chatRegionOf } from '../../../core/model/region.ts';
import type { Patience } from './read-setting.ts';

/** What of a configuration decides where messages appear, and what people may do there. */
const configuration = z.object({
  ConfigurationName: z.string(),
  SnsTopicArns: z.array(z.string()),
  GuardrailPolicyArns: z.array(z.string()).default([]),
  State: z.string().default('ENABLED'),
  SlackTeamId: z.string().optional(),
  SlackChannelId: z.string().optional(),
  TenantId: z.string().optional(),
  TeamId: z.string().optional(),
  ChannelId: z.string().optional(),
});
const page = z.object({
  NextToken: z.string().nullish(),
  SlackChannelConfigurations: z.array(configuration).optional(),
  TeamChannelConfigurations: z.array(configuration).optional(),
});

/** The operations that AWS's own policies allow for reading them; neither has resource types. */
const PATHS = {
  slack: '/describe-slack-channel-configurations',
  teams: '/list-ms-teams-channel-configurations',
} as const;

/**
 * A configuration of Amazon Q Developer in chat applications, by its name. The SDK's client is not used: the request is a POST
 * of JSON. https://docs.aws.amazon.com/chatbot/latest/APIReference/API_DescribeSlackChannelConfigurations.html and
 * API_ListMicrosoftTeamsChannelConfigurations.html (checked 2026-11-24)
 * @param client whose credentials and connections are used
 */
export function chatConfigurations(client: SNSClient) {
  return async (
    of: keyof typeof PATHS,
    name: string,
    patience: Patience,
  ): Promise<SettingDocument | undefined> => {
    let NextToken: string | null | undefined;
    do {
      const found = page.parse(await post(client, PATHS[of], { ...(NextToken && { NextToken }) }, patience));
      const all = [...(found.SlackChannelConfigurations ?? []), ...(found.TeamChannelConfigurations ?? [])];
      const own = all.find(({ ConfigurationName }) => ConfigurationName === name);
      if (own !== undefined) return own;
      ({ NextToken } = found);
    } while (NextToken);
    return undefined;
  };
}

async function post(
  { config }: SNSClient,
  path: string,
  input: object,
  { abortSignal }: Patience,
): Promise<unknown> {
  const region = chatRegionOf(await config.region());
  const { protocol, hostname, port } = new URL(
    process.env.AWS_ENDPOINT_URL ?? `https://chatbot.${region}.amazonaws.com`,
  );
  const body = JSON.stringify(input);
  const headers = {
    host: port === '' ? hostname : `${hostname}:${port}`,
    'content-type': 'application/json',
  };
  const { credentials, sha256 } = config;
  const signer = new SignatureV4({ service: 'chatbot', region, credentials, sha256 });
  const request = { method: 'POST', protocol, hostname, path, query: {}, headers, body };
  const signed = await signer.sign(port === '' ? request : { ...request, port: Number(port) });
  const { response } = await config.requestHandler.handle(signed as never, { abortSignal });
  const text = Buffer.from(await config.streamCollector(response.body)).toString();
  if (response.statusCode === 200) return JSON.parse(text);
  throw refusalOf(response, text);
}

/** In the form of the SDK's errors, which the caller translates. */
function refusalOf(
  { statusCode, headers }: { readonly statusCode: number; readonly headers: Record<string, string> },
  text: string,
): Error {
  const [name = ''] = (headers['x-amzn-errortype'] ?? 'UnknownError').split(':');
  return Object.assign(new Error(text.slice(0, 500)), { name, $metadata: { httpStatusCode: statusCode } });
}
