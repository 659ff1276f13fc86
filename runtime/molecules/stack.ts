/** Room for large molecules in RDKit's WebAssembly. */

export type WasmExports = Readonly<Record<string, unknown>>;

/**
 * RDKit is built with a stack of 64 KiB that lies above its constants and is not watched: a chain of 700 atoms runs over them,
 * and what it answers from then on may be wrong, or never come. This one holds some thousand atoms; beyond, Node's own
 * stack ends first, which is an exception. Throws when the functions are not where this version of RDKit has them.
 * Self-contained on purpose: its source text also runs in worker threads.
 */
export function enlargeStack(exported: WasmExports): void {
  const bytes = 8 * 2 ** 20;
  // Names that the build of this version gave to two functions of Emscripten; a test notices when they change.
  const malloc = exported['$'] as ((bytes: number) => number) | undefined;
  const setStack = exported['fa'] as ((top: number) => void) | undefined;
  const bottom = malloc?.(bytes);
  if (!bottom || !setStack) throw new Error('RDKit is not of the version that Decant knows: its stack cannot be set');
  // Grows downwards, in steps of 16 bytes.
  setStack((bottom + bytes) & ~15);
}
