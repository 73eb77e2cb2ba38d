import { readFileSync } from 'node:fs';

const manifest: { readonly version: string } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
);

/** Of this command. Read as text: Node 20 warns of every import of JSON. */
export const version = manifest.version;
