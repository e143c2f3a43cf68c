import * as z from 'zod';
import { deployment, type Deployment } from '../shared/schema/deployment.ts';

/** What stands in the way of a deployment, in a sentence that says what to do. */
export class DeploymentProblem extends Error {
  override readonly name = 'DeploymentProblem';
}

const file = 'config/environments.ts';

/** The environment of that name, checked. Throws `DeploymentProblem`. */
export function deploymentNamed(entries: Readonly<Record<string, unknown>>, name: string | undefined): Deployment {
  const names = Object.keys(entries).join(', ');
  if (name === undefined || name === '') {
    throw new DeploymentProblem(
      `Say which environment: npx cdk deploy -c env=<name>, or npm run deploy -- <name>. In ${file} there are: ${names}.`,
    );
  }
  const entry = Object.hasOwn(entries, name) ? entries[name] : undefined;
  if (entry === undefined) throw new DeploymentProblem(`There is no environment "${name}". Add it to ${file}, or take one of: ${names}.`);
  if (!/^[a-z][a-z0-9-]{0,19}$/.test(name)) {
    throw new DeploymentProblem(
      `"${name}" cannot name an environment: lower-case letters, digits and hyphens, at most 20. Rename it in ${file}.`,
    );
  }
  const parsed = deployment.safeParse(entry);
  if (!parsed.success) {
    throw new DeploymentProblem(`Environment "${name}" cannot be deployed. Correct it in ${file}:\n${z.prettifyError(parsed.error)}`);
  }
  return parsed.data;
}
