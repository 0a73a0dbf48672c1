import { say } from '../../shared/terminal.ts';
import { run } from './run.ts';

// A closed pipe is no failure: `natflow parse … | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  say(`cannot write standard output: ${error.message}`);
  process.exit(1);
});
void run(process.argv.slice(2));
