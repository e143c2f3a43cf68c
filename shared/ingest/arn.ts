/** The parts of an Amazon Resource Name that tell where a thing lives. */
interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  /** All that follows the account, colons included. */
  readonly resource: string;
}

const shape = /^arn:([a-z-]+):([a-z0-9-]+):([a-z0-9-]*):(\d*):(.+)$/su;

/** Null when the text is no ARN. */
export function parseArn(text: string): Arn | null {
  const [, partition, service, region, account, resource] = shape.exec(text) ?? [];
  if (partition === undefined || service === undefined || region === undefined || account === undefined || resource === undefined)
    return null;
  return { partition, service, region, account, resource };
}

const alarmPrefix = 'alarm:';

/** The name of the alarm that an ARN names; null when it names something else. */
export function alarmNameOf(arn: string): string | null {
  const resource = parseArn(arn)?.resource ?? '';
  return resource.startsWith(alarmPrefix) && resource.length > alarmPrefix.length ? resource.slice(alarmPrefix.length) : null;
}

const consoles: ReadonlyMap<string, string> = new Map([
  ['aws', 'console.aws.amazon.com'],
  ['aws-cn', 'console.amazonaws.cn'],
  ['aws-us-gov', 'console.amazonaws-us-gov.com'],
]);

/** Where the console of the ARN's partition and region begins; null where that is not known. */
export function consoleOf({ partition, region }: Arn): string | null {
  const host = consoles.get(partition);
  return host === undefined || region === '' ? null : `https://${region}.${host}`;
}
