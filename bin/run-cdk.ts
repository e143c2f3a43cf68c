import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { environments } from '../config/environments.ts';
import { deploymentNamed, DeploymentProblem } from '../lib/deployments.ts';

// node bin/run-cdk.ts <command of the CDK> <environment> [its options]: what npm run deploy -- <environment> runs.
const [command = '', name, ...options] = process.argv.slice(2);
try {
  deploymentNamed(environments, name);
  const cdk = join(import.meta.dirname, '../node_modules/aws-cdk/bin/cdk');
  const { status } = spawnSync(process.execPath, [cdk, command, '-c', `env=${name ?? ''}`, ...options], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} catch (error) {
  if (!(error instanceof DeploymentProblem)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
