import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Stands in for `@aws-sdk/credential-provider-node` in the bundles: a function finds its credentials in its environment and nowhere else, so
 * the code that asks files, containers, instances and single sign-on need not be loaded.
 */
export const defaultProvider = fromEnv;
