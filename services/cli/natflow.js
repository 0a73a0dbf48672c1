#!/usr/bin/env -S node --max-semi-space-size=2
// JavaScript, so that node does not load its type stripper before the cache can spare it; the young
// generation is kept small because a stream of datagrams makes little garbage that lives.
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/natflow', import.meta.url)));
await import('./main.ts');
