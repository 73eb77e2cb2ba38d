/** What a server says of itself, by the names of the fields. https://redis.io/docs/latest/commands/info/ (checked 2026-11-25) */
export type Info = ReadonlyMap<string, string>;

/** The fields of INFO; of several lines of one name, such as `module`, all values with semicolons between them. */
export function infoOf(text: string): Info {
  const fields = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(/^([^#:\r\n]+):(.*?)\r?$/gm)) {
    const before = fields.get(name);
    fields.set(name, before === undefined ? value : `${before};${value}`);
  }
  return fields;
}

/** The software of a server. Valkey also says of which Redis it is a successor. @returns an empty version if it does not tell */
export function softwareOf(info: Info): { readonly engine: 'redis' | 'valkey'; readonly version: string } {
  const valkey = info.get('valkey_version');
  return {
    engine: valkey === undefined ? 'redis' : 'valkey',
    version: valkey ?? info.get('redis_version') ?? '',
  };
}
