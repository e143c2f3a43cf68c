import { environments } from '../config/environments.ts';
import { tocsinApp } from '../lib/app.ts';
import { DeploymentProblem } from '../lib/deployments.ts';

try {
  tocsinApp(environments, null).app.synth();
} catch (error) {
  if (!(error instanceof DeploymentProblem)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
