/** The CDK app: reads the estate file and creates the stacks of each environment, or for the one that is asked for. */
import { App } from 'aws-cdk-lib';
import type { EstateContext } from '../lib/base/context.ts';
import { addJudges } from '../lib/base/judges.ts';
import { EnvironmentStacks } from '../lib/environment.ts';
import type { Estate } from '../protocol/estate.ts';
import { canonicalJson, compileContracts } from '../runtime/contracts.ts';
import { UserError } from '../runtime/errors.ts';
import { loadEstateSync } from '../runtime/estate.ts';
import { apiDocument, functionAssets, glueProgram, imageFolder, shippedBundle } from './assets.ts';
import { nativeLayer } from './native-layer.ts';

/** Names of the environments to create: all, or the one of `-c environment=NAME`. */
function chosen(estate: Estate, name: unknown): string[] {
  const names = Object.keys(estate.environments);
  if (name === undefined) return names;
  if (typeof name === 'string' && names.includes(name)) return [name];
  throw new UserError(
    `-c environment=${JSON.stringify(name)} is not an environment of the estate; ${names.join(', ')}`,
  );
}

function main(): void {
  const app = new App();
  const file: unknown = app.node.tryGetContext('estate') ?? 'decant.yaml';
  if (typeof file !== 'string') throw new UserError('-c estate=FILE must name one file');
  const estate = loadEstateSync(file);
  const compiled = compileContracts(estate);
  const functionAsset = functionAssets(canonicalJson(compiled));
  for (const name of chosen(estate, app.node.tryGetContext('environment'))) {
    const environment = estate.environments[name];
    if (!environment) continue;
    const context: EstateContext = {
      estate: estate.estate,
      environmentName: name,
      environment,
      declared: estate,
      datasets: compiled.datasets.map((d) => d.dataset),
      contractSet: compiled.contractSet,
      functionAsset,
      imageFolder: imageFolder(),
      bundle: () => shippedBundle(environment.embeddings.bundle, file),
      glue: glueProgram(),
      nativeLayer,
      apiDocument,
    };
    new EnvironmentStacks(app, context);
  }
  addJudges(app);
  app.synth();
}

try {
  main();
} catch (error) {
  // What the user can mend is said without a stack.
  console.error(error instanceof UserError || error instanceof RangeError ? error.message : error);
  process.exitCode = 1;
}
