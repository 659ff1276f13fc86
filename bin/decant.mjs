#!/usr/bin/env node
// Starts the CLI, built first where a source is newer than the build.
import { bundle, isFresh } from '../scripts/bundle.mjs';

// The SDK tells every start that a later Node will be needed in 2027; package.json says which Node is.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
if (!isFresh()) await bundle();
await import('../build/cli/decant.mjs');
