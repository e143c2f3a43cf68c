/**
 * Stands in for `node:fs/promises` in the bundles: the SDK looks into two files in the home of its user for what the environment does not say, which
 * in a function are not there. Asking for them would load the half of Node that reads terminals.
 */
export const readFile = (path: string): Promise<never> => Promise.reject(new Error(`a function has no files with settings: ${path}`));
