#!/usr/bin/env -S node --max-semi-space-size=2
// npx links to a program's file once and for all: links that were made to this name go on working.
import './natflow.cjs';
