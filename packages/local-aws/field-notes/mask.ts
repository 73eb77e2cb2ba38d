export interface MaskOptions {
  /** Account ids that may be in the answers. */
  readonly accounts: readonly string[];
  /** What the names of one's own resources begin with; what has other names is left out of lists, and masked elsewhere. */
  readonly ownPrefix: string;
}

/** Fields that name a resource, by which lists leave out what is not one's own. */
const NAMES = ['ReplicationGroupId', 'SnapshotName', 'CacheClusterId', 'name'] as const;
/** Fields whose value is never kept. */
const SECRETS = new Set([
  'AuthToken',
  'Password',
  'Passwords',
  'SSECustomerKey',
  'SecretAccessKey',
  'SessionToken',
]);
export const SECRET = '<masked>';

const KEPT = '$1';

/** What tells an account or its network apart. The same value is always masked the same way, so that it can be followed. */
const TEXTS: readonly { readonly form: RegExp; readonly as: string }[] = [
  { form: /\b((?:vpc|subnet|sg|eni|vpce|rtb)-)[0-9a-f]{6,}\b/g, as: KEPT },
  { form: /\b[0-9a-f]{64}\b/g, as: 'owner-' },
  { form: /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, as: 'uuid-' },
  { form: /(?<=:(?:user|assumed-role|federated-user)\/)[^"\s)]+/g, as: 'person-' },
  { form: /(?<=\.)[a-z0-9]{6}(?=\.(?:[a-z0-9]{4,5}|ng\.[^.]+)\.cache\.amazonaws)/g, as: 'host-' },
  { form: /\b(?:\d{1,3}\.){3}\d{1,3}\b/g, as: 'address-' },
];

/** Masks values of JSON. Account ids become 111111111111, 222222222222 and so on. */
export function masking({ accounts, ownPrefix }: MaskOptions): (value: unknown) => unknown {
  const known = new Map<string, string>();
  const numbered = (found: string, prefix: string) => {
    const masked = known.get(found) ?? `${prefix}${known.size + 1}`;
    known.set(found, masked);
    return masked;
  };
  const accountIds = new Map([...new Set(accounts)].map((id, at) => [id, String(at + 1).repeat(12)]));
  const account = (id: string) => {
    if (!accountIds.has(id))
      accountIds.set(
        id,
        String(accountIds.size + 1)
          .slice(-1)
          .repeat(12),
      );
    return accountIds.get(id) ?? '';
  };
  const text = (raw: string): string => {
    const named = raw.replace(/(?<=arn:aws:[a-z0-9-]*:[a-z0-9-]*:)\d{12}(?=:)/g, account);
    const withoutIds = [...accountIds].reduce((so, [id, masked]) => so.replaceAll(id, masked), named);
    return TEXTS.reduce(
      (so, { form, as }) =>
        so.replace(form, (found, kept) => numbered(found, as === KEPT ? String(kept) : as)),
      withoutIds,
    );
  };
  const isForeign = (item: unknown): boolean => {
    if (typeof item !== 'object' || item === null) return false;
    const name = NAMES.map((each) => (item as Record<string, unknown>)[each]).find(
      (each) => each !== undefined,
    );
    return typeof name === 'string' && !name.startsWith(ownPrefix);
  };
  const masked = (value: unknown): unknown => {
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) return value.filter((item) => !isForeign(item)).map(masked);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, held]) => [
        name,
        SECRETS.has(name) ? SECRET : name === 'base64' ? held : masked(held),
      ]),
    );
  };
  return masked;
}
