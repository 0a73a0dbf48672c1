#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Stripping the types anew at every start would take longer than most commands, and 40 MB.
enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/natflow', import.meta.url)));
const { run } = await import('./program.ts');
await run();
