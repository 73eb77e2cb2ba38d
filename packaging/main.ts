import { join, relative } from 'node:path';
import { assembleAll, pack } from './pack.ts';

const OUT = join(import.meta.dirname, '../out/packages');

for (const folder of assembleAll(OUT)) console.log(pack(folder, OUT));
console.log(`in ${relative(process.cwd(), OUT)}`);
