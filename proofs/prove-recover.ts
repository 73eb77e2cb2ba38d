/**
 * Proves that `redrill recover --apply` writes nothing from what `redrill verify` refuses, and that no server dies of
 * what it writes: damaged files of every encoding, their checksum put right or zeroed, are recovered from with the
 * command's own code into a real server, and then every value is read in every way. Exit status 1 if one promise was
 * broken; the mutant can be made again from the seed and number that are printed. With --sanitize the server checks
 * every value itself: what it then refuses, and this reader does not, is printed.
 *
 *   npm run prove-recover -- [--mutants 10000] [--seed 1] [--from 0] [--server /usr/bin/valkey-server] [--failures 1] [--sanitize]
 */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { prove } from './prove-recover/run.ts';

const { values: options } = parseArgs({
  options: {
    mutants: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    server: { type: 'string' },
    sanitize: { type: 'boolean', default: false },
    failures: { type: 'string', default: '1' },
  },
});
const REPORT_EVERY = 1_000;

const startedAt = performance.now();
const from = Number(options.from);
const tally = await prove({
  seed: Number(options.seed),
  from,
  to: from + Number(options.mutants),
  failuresMax: Number(options.failures),
  ...(options.server === undefined ? {} : { server: options.server }),
  settings: options.sanitize ? ['--sanitize-dump-payload', 'yes'] : [],
  onMutant: ({ mutants }) => {
    if (mutants % REPORT_EVERY === 0) console.error(`${mutants} mutants`);
  },
});
const { server, mutants, refused, unfit, recovered, values, notTaken, failures } = tally;
const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
console.log(
  `${server}, seed ${options.seed}: ${mutants} mutants in ${seconds} s; ${refused} refused and nothing written, ` +
    `${recovered} recovered from, ${unfit} refused for other reasons; ${values} values read; ${failures.length} promises broken`,
);
for (const [said, times] of Object.entries(notTaken)) console.log(`  not taken ${times} times: ${said}`);
for (const failure of failures) console.log(`  ${failure}`);
process.exitCode = failures.length === 0 ? 0 : 1;
