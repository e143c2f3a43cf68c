import { RemovalPolicy } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

/** Secrets that the first deployment makes up. No document can name them: they do not begin with the prefix of named secrets. */
export class Secrets extends Construct {
  readonly signingKeysArn: string;
  readonly adminTokenArn: string;

  constructor(scope: Construct, id: string, { keepData }: { readonly keepData: boolean }) {
    super(scope, id);
    const random = (name: string, description: string): string =>
      new Secret(this, name, {
        description,
        generateSecretString: { excludePunctuation: true, passwordLength: 64 },
        removalPolicy: keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      }).secretArn;
    this.signingKeysArn = random('SigningKeys', 'Signs the links to acknowledge');
    this.adminTokenArn = random('AdminToken', "The administrator's token of the Tocsin API");
  }
}

/** What a document names as `secret:NAME` is the secret of this name followed by NAME. */
export const namedSecretsPrefix = (environmentName: string): string => `tocsin/${environmentName}/`;
