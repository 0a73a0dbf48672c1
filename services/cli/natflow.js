#!/usr/bin/env -S node --max-semi-space-size=2
// JavaScript, so that node does not load its type stripper before the cache can spare it; the young
// generation is kept small because a stream of datagrams makes little garbage that lives.
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Node.js resolves names in half of its threads, by default two: two collectors whose name server is silent
// would keep all others from being resolved. Has to be set before the first thread starts.
process.env.UV_THREADPOOL_SIZE ??= '16';
enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/natflow', import.meta.url)));
await import('./main.ts');
