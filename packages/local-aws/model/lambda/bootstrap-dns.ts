import dns from 'node:dns';
import net from 'node:net';

type AddressOf = (name: string) => string | undefined;

/** Replaces every way of Node to resolve a host name by `addressOf`; a name that it does not know is ENOTFOUND. */
export function patchDns(addressOf: AddressOf): void {
  const find = (name: string, syscall: string): string => {
    const address = net.isIP(name) === 0 ? addressOf(name) : name;
    if (address !== undefined) return address;
    throw Object.assign(new Error(`${syscall} ENOTFOUND ${name}`), {
      code: 'ENOTFOUND',
      syscall,
      hostname: name,
    });
  };
  const lookup = (name: string, options: unknown) => {
    const found = { address: find(name, 'getaddrinfo'), family: 4 };
    const all = typeof options === 'object' && options !== null && 'all' in options && options.all === true;
    return all ? [found] : found;
  };
  const resolve = (name: string) => [find(name, 'queryA')];
  const none = (name: string): never => {
    throw Object.assign(new Error(`query ENODATA ${name}`), { code: 'ENODATA', hostname: name });
  };

  const asked = { resolve, resolve4: resolve, resolve6: none, resolveAny: none, resolveCname: none };
  for (const [method, answer] of Object.entries(asked)) {
    const promised = async (name: string) => answer(name);
    const calledBack = (name: string, ...rest: unknown[]) => callBack(rest, () => [answer(name)]);
    for (const target of [dns.promises, dns.promises.Resolver.prototype])
      Reflect.set(target, method, promised);
    for (const target of [dns, dns.Resolver.prototype]) Reflect.set(target, method, calledBack);
  }
  Reflect.set(dns.promises, 'lookup', async (name: string, options: unknown) => lookup(name, options));
  Reflect.set(dns, 'lookup', (name: string, ...rest: unknown[]) =>
    callBack(rest, () => {
      const found = lookup(name, rest.length > 1 ? rest[0] : undefined);
      return Array.isArray(found) ? [found] : [found.address, found.family];
    }),
  );
}

/** Calls the last argument with the answer or the error, on a later tick as Node does. */
function callBack(rest: unknown[], answer: () => unknown[]): void {
  const callback = rest.at(-1);
  if (typeof callback !== 'function') throw new TypeError('the last argument must be a callback');
  process.nextTick(() => {
    let answered: unknown[];
    try {
      answered = [null, ...answer()];
    } catch (error) {
      answered = [error];
    }
    Reflect.apply(callback, undefined, answered);
  });
}
