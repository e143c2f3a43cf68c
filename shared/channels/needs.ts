/** What a channel must be given where it runs, as plain data: the construct that deploys it reads this and nothing else of it. */
interface ChannelNeeds {
  /** Names of secrets. */
  readonly secrets: readonly string[];
  readonly permissions: readonly { readonly actions: readonly string[]; readonly resources: readonly string[] }[];
}

const namedSecrets = {
  actions: ['secretsmanager:GetSecretValue'],
  resources: ['arn:{partition}:secretsmanager:{region}:{account}:secret:tocsin/*'],
};

/** By channel name. `{partition}`, `{region}` and `{account}` stand for those of the deployment. */
export const channelNeeds: Readonly<Record<string, ChannelNeeds>> = {
  sms: {
    secrets: [],
    // A phone number has no ARN: publishing to one is allowed on everything or not at all.
    permissions: [{ actions: ['sns:Publish'], resources: ['*'] }],
  },
  // Their addresses and signing secrets are what the document names as `secret:NAME`.
  webhook: { secrets: ['WEBHOOK_SIGNING'], permissions: [namedSecrets] },
  slack: { secrets: [], permissions: [namedSecrets] },
  custom: {
    secrets: [],
    permissions: [{ actions: ['events:PutEvents'], resources: ['arn:{partition}:events:{region}:{account}:event-bus/tocsin-*'] }],
  },
  email: {
    secrets: [],
    permissions: [
      {
        actions: ['ses:SendEmail'],
        resources: ['arn:{partition}:ses:{region}:{account}:identity/*', 'arn:{partition}:ses:{region}:{account}:configuration-set/*'],
      },
    ],
  },
};
