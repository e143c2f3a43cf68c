import { expect } from 'vitest';
import * as z from 'zod';
import { Account } from './account.ts';
import { Deployment, type Outputs } from './deployment.ts';
import type { Emulator } from './emulator.ts';

const incident = z.object({ id: z.string(), state: z.string(), service: z.string(), title: z.string(), occurrences: z.number() });
const incidentList = z.object({ incidents: z.array(incident) });
const timeline = z.object({ events: z.array(z.object({ at: z.string(), type: z.string() }).loose()) });
const taken = z.object({ outcome: z.string(), incidentId: z.string() });

type Incident = z.output<typeof incident>;
type Mail = Awaited<ReturnType<Account['mail']>>[number];

const waitMs = 60_000;
const linkIn = ({ BodyText }: Mail): string => /\/a\/[\w-]{63}/.exec(BodyText)?.[0] ?? 'no link';

/** Looks until there is something. Throws when there is nothing in time. */
export async function until<T>(what: string, look: () => Promise<T | null | undefined>, limitMs = waitMs): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Tocsin deployed to the account that the emulator stands for, as its users reach it. */
export class Deployed {
  readonly account: Account;
  readonly #emulator: Emulator;
  readonly #deployment: Deployment;
  #outputs: Outputs;
  #admin = '';

  private constructor(emulator: Emulator, account: Account, deployment: Deployment, outputs: Outputs) {
    this.#emulator = emulator;
    this.account = account;
    this.#deployment = deployment;
    this.#outputs = outputs;
  }

  static async open(emulator: Emulator): Promise<Deployed> {
    const account = new Account(emulator);
    const deployment = new Deployment(emulator);
    await deployment.bootstrap();
    const deployed = new Deployed(emulator, account, deployment, await deployment.deploy());
    await account.verifySender('tocsin@example.com');
    deployed.#admin = await account.secret(deployed.outputs.AdminTokenSecret);
    return deployed;
  }

  get outputs(): Outputs {
    return this.#outputs;
  }

  /** Deploys once more, with what is different. */
  async deployWith(different: Readonly<Record<string, string>>): Promise<void> {
    this.#outputs = await this.#deployment.deploy(different);
  }

  destroy(): Promise<void> {
    return this.#deployment.destroy();
  }

  /** A request and its answer; with the administrator's token unless another, or none, is given. Throws when it is refused. */
  async call(
    method: string,
    path: string,
    body: object | string | null = null,
    token: string | null = this.#admin,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<unknown> {
    const api = new URL(this.outputs.Address).hostname.split('.')[0] ?? '';
    const isForm = body instanceof URLSearchParams;
    const answer = await fetch(`${this.#emulator.endpoint}/_aws/execute-api/${api}/$default${path}`, {
      method,
      headers: {
        ...headers,
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        // A form says by itself that it is one.
        ...(body === null || isForm ? {} : { 'content-type': typeof body === 'string' ? 'application/yaml' : 'application/json' }),
      },
      ...(body === null ? {} : { body: typeof body === 'string' || isForm ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${String(answer.status)} ${text}`);
    return text.startsWith('{') ? JSON.parse(text) : text;
  }

  /** Asks for the same act twice, as a client does that has lost the answer. Throws when it is refused; what both answers say. */
  async actTwice(id: string, act: string, body: object): Promise<readonly unknown[]> {
    const headers = { 'idempotency-key': `${act}-of-${id}` };
    const ask = () => this.call('POST', `/v1/incidents/${id}/${act}`, body, this.#admin, headers);
    return [await ask(), await ask()];
  }

  async makeKey(service: string): Promise<string> {
    return z.object({ key: z.string() }).parse(await this.call('POST', `/v1/services/${service}/keys`, {})).key;
  }

  async alarm(key: string, dedupKey: string, title = 'error rate 12%'): Promise<z.output<typeof taken>> {
    return taken.parse(await this.call('POST', '/v1/events', { title, severity: 'critical', dedupKey }, key));
  }

  /** An alarm that makes no incident now; the reason. */
  async held(key: string, dedupKey: string, title: string): Promise<string> {
    const answer = z.object({ outcome: z.literal('held'), reason: z.string() });
    return answer.parse(await this.call('POST', '/v1/events', { title, severity: 'critical', dedupKey }, key)).reason;
  }

  /** The incident whose title has the words, as soon as there is one. */
  async started(service: string, words: string): Promise<Incident> {
    return until(`"${words}"`, async () => (await this.open(service)).find(({ title }) => title.includes(words)));
  }

  async show(id: string): Promise<Incident> {
    return incident.parse(await this.call('GET', `/v1/incidents/${id}`));
  }

  async open(service: string): Promise<readonly Incident[]> {
    return incidentList.parse(await this.call('GET', `/v1/incidents?service=${service}&state=open`)).incidents;
  }

  async timeline(id: string): Promise<z.output<typeof timeline>['events']> {
    return timeline.parse(await this.call('GET', `/v1/incidents/${id}/timeline`)).events;
  }

  inState(id: string, state: string): Promise<true> {
    return until(`${id} to be ${state}`, async () => ((await this.show(id)).state === state ? true : null));
  }

  /** The SMS to the number that holds the words. */
  text(number: string, words: string, limitMs = waitMs): Promise<string> {
    return until(`"${words}" to ${number}`, async () => (await this.account.texts(number)).find((one) => one.includes(words)), limitMs);
  }

  /** The e-mail to the address whose subject holds the words. */
  mail(address: string, words: string): Promise<Mail> {
    return until(`"${words}" to ${address}`, async () => (await this.account.mail(address)).find(({ Subject }) => Subject.includes(words)));
  }

  /** Answers an SMS with the code in it and what follows it, from the number that it went to. */
  async reply(number: string, sms: string, rest = ''): Promise<void> {
    const code = /Reply (\d{4,6}) to ack/.exec(sms)?.[1] ?? 'no code';
    await this.account.publish(this.outputs.ReplyTopic, {
      originationNumber: number,
      destinationNumber: '+15555550190',
      messageBody: `${code}${rest}`,
      inboundMessageId: `reply-${code}`,
    });
  }

  /** What the link in an e-mail shows. */
  look(mail: Mail): Promise<unknown> {
    return this.call('GET', linkIn(mail), null, null);
  }

  /** Presses a button behind the link in an e-mail. */
  press(mail: Mail, action: string): Promise<unknown> {
    return this.call('POST', linkIn(mail), new URLSearchParams({ action }), null);
  }

  /** Acknowledges by the link in an e-mail, as a browser does: a look first, which changes nothing. */
  async acknowledgeByLink(id: string, mail: Mail): Promise<void> {
    const { title, state } = await this.show(id);
    expect(await this.look(mail)).toContain(title);
    expect(await this.show(id)).toMatchObject({ state });
    await this.press(mail, 'acknowledge');
  }
}
