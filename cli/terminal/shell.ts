/** The name of a file as a shell needs it. */
export function quoted(name: string): string {
  if (name === '-') return 'FILE';
  return /^[\w./@%+=:,-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}
