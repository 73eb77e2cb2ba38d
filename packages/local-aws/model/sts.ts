import type { RoleSessions } from '../iam/sessions.ts';
import { refuseUnknown } from './lambda/refuse.ts';
import { type Call, type Service, ServiceError } from './service.ts';

/**
 * STS: who am I, and taking on a role. Services that assume roles do so without this API.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html (needs no permission)
 */
export function createSts(sessions: Pick<RoleSessions, 'assume'>): Service {
  return {
    name: 'sts',
    operations: {
      GetCallerIdentity: async (input: object, { principal }: Call) => {
        refuseUnknown('sts:GetCallerIdentity', input, []);
        if (principal.kind !== 'role') {
          return { Account: principal.account, Arn: principal.arn, UserId: principal.account };
        }
        const role = principal.arn.split('/').at(-1) ?? '';
        const session = principal.sessionName ?? 'local';
        return {
          Account: principal.account,
          Arn: sessionArn(principal.arn, session),
          UserId: `${role}:${session}`,
        };
      },
      AssumeRole: async (input, call) => assumeRole(sessions, input, call),
    },
  };
}

interface AssumeRoleInput {
  readonly RoleArn: string;
  readonly RoleSessionName: string;
  readonly DurationSeconds?: number;
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html; a role's own maximum is an hour by default. */
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;
const SHORTEST_SECONDS = 900;
const LONGEST_SECONDS = 3_600;

function assumeRole(sessions: Pick<RoleSessions, 'assume'>, input: AssumeRoleInput, call: Call): object {
  refuseUnknown('sts:AssumeRole', input, ['RoleArn', 'RoleSessionName', 'DurationSeconds']);
  const {
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    DurationSeconds: seconds = LONGEST_SECONDS,
  } = input;
  if (!/^arn:aws:iam::\d{12}:role\/.+/.test(roleArn)) throw invalid(`${roleArn} is invalid`);
  if (!SESSION_NAME.test(sessionName))
    throw invalid(
      `1 validation error detected: Value '${sessionName}' at 'roleSessionName' failed to satisfy constraint: ` +
        'Member must satisfy regular expression pattern: [\\w+=,.@-]*',
    );
  if (seconds < SHORTEST_SECONDS || seconds > LONGEST_SECONDS)
    throw invalid(`DurationSeconds is ${seconds}, not ${SHORTEST_SECONDS} to the role's ${LONGEST_SECONDS}`);
  const expiresAt = call.now + seconds * 1000;
  const { role, key } = sessions.assume(call, { roleArn, sessionName, expiresAt });
  return {
    Credentials: {
      AccessKeyId: key.accessKeyId,
      SecretAccessKey: key.secretAccessKey,
      SessionToken: Buffer.from(`${key.accessKeyId} ${sessionName}`).toString('base64'),
      Expiration: new Date(expiresAt),
    },
    AssumedRoleUser: { AssumedRoleId: `${role.id}:${sessionName}`, Arn: sessionArn(roleArn, sessionName) },
  };
}

function sessionArn(roleArn: string, sessionName: string): string {
  const [, account = '', name = ''] = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(roleArn) ?? [];
  return `arn:aws:sts::${account}:assumed-role/${name}/${sessionName}`;
}

function invalid(message: string): ServiceError {
  return new ServiceError('ValidationError', message);
}
