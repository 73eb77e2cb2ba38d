#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// What a command loads is compiled once on a machine: half of the time that a short one takes. Before anything is loaded.
enableCompileCache();

// A reader of the output that has seen enough, such as `head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const { runProgram } = await import('./program.ts');
await runProgram(process.argv.slice(2));
