#!/usr/bin/env node
// Starts the CLI, built first where a source is newer than the build.
import { bundle, isFresh } from '../scripts/bundle.mjs';

if (!isFresh()) await bundle();
await import('../build/cli/decant.mjs');
