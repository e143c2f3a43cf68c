import { App, Validations, type AppProps } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { deploymentNamed } from './deployments.ts';
import { TocsinStack } from './tocsin-stack.ts';

/**
 * One environment as a CDK app, checked by cdk-nag whenever it is put together. Throws `DeploymentProblem` when the environment is not there or
 * not right. `name`: null takes the one that `-c env=<name>` names.
 */
export function tocsinApp(
  environments: Readonly<Record<string, unknown>>,
  name: string | null,
  props: AppProps = {},
): { readonly app: App; readonly stack: TocsinStack } {
  const app = new App(props);
  const asked: unknown = name ?? app.node.tryGetContext('env');
  const environmentName = typeof asked === 'string' ? asked : '';
  const deployment = deploymentNamed(environments, environmentName);
  const stack = new TocsinStack(app, 'Tocsin', { environmentName, deployment });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  return { app, stack };
}
