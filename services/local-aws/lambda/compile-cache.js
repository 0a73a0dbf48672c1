// JavaScript, and preloaded before all else, so that node does not load its type stripper for what is cached.
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/natflow', import.meta.url)));
