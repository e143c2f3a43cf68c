/**
 * Stands in for `@aws-sdk/middleware-endpoint-discovery` in the bundles: nobody turns it on for DynamoDB, whose client loads it all the same, with a
 * cache and its library.
 */
export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
  environmentVariableSelector: () => undefined,
  configFileSelector: () => undefined,
  default: undefined,
};

/** The settings of the client as they are. */
export const resolveEndpointDiscoveryConfig = <Input>(input: Input): Input => input;
