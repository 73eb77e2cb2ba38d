#!/usr/bin/env node
import module from 'node:module';

// What a command loads is compiled once on a machine: half of the time that a short one takes. Before anything is loaded.
// Node 20 has no such cache.
module.enableCompileCache?.();

// A reader of the output that has seen enough, such as `head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.stderr.write(
    `the output cannot be written: ${error.message}\nMake room, or write it elsewhere: what was written is not complete.\n`,
  );
  // Without an answer, whatever was found is not known to whoever asked. 1 would be a finding.
  process.exit(2);
});

const { runProgram } = await import('./program.ts');
await runProgram(process.argv.slice(2));
