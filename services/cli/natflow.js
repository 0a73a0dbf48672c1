#!/usr/bin/env -S node --max-semi-space-size=2
// This file is JavaScript so that the compile cache is enabled before Node.js loads its type stripper. The
// young generation is small because almost no object of a stream of datagrams outlives a collection.
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Node.js resolves names in half of its thread pool, which are two threads by default. Two collectors with a
// silent name server would block all others. It has to be set before the first thread starts.
process.env.UV_THREADPOOL_SIZE ??= '16';
enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/natflow', import.meta.url)));
await import('./main.ts');
