import { allDone } from '../channels/bundle-reply-texts.ts';
import { bySeverity, type BundleMember } from '../domain/bundle.ts';
import type { Directory } from '../domain/directory.ts';
import { recipientById } from '../domain/recipients.ts';
import { personHash, type AckFields } from '../http/ack-link.ts';
import { bundlePage, mostListed, type AllPressed, type ListedPage } from '../http/bundle-page.ts';
import type { Configuration, Ports } from '../ports.ts';
import { Page, type Destination } from './ack-response.ts';
import { standingOf } from './ack-standing.ts';
import { actorOf, answerAct } from './answer-act.ts';
import { answerAll } from './bundle-answers.ts';
import type { Acts } from './use-cases.ts';

interface Deps {
  readonly ports: Pick<Ports, 'incidents' | 'bundles'>;
  readonly configuration: Configuration;
  readonly acts: Acts;
}

/** Where the link of a bundle leads; null: the bundle holds no page of whom the link was made for. */
export async function followAll(deps: Deps, bundle: string, link: Pick<AckFields, 'personHash'>): Promise<Destination | null> {
  const members = bySeverity(await deps.ports.bundles.members(bundle));
  const receiver = members.find(({ person }) => personHash(person) === link.personHash)?.person;
  if (receiver === undefined) return null;
  return {
    show: () => show(deps, members, receiver, null),
    async press(action, requestId) {
      const directory = await deps.configuration.directory();
      const act = (member: BundleMember) => answerAct(action, actorOf(member.person, directory), member);
      const { done, notDone } = await answerAll(deps.acts, members, { commandId: requestId, act });
      return show(deps, members, receiver, { text: allDone(action, done, notDone), done: done > 0 });
    },
  };
}

async function show(deps: Deps, members: readonly BundleMember[], receiver: string, pressed: AllPressed | null): Promise<Page> {
  const directory = await deps.configuration.directory();
  const listed = await Promise.all(members.slice(0, mostListed).map((member) => listedPage(deps, member, directory)));
  const zone = recipientById(receiver, directory)?.zone ?? directory.settings.zone;
  return new Page(pressed?.done === false ? 409 : 200, bundlePage({ count: members.length, listed, zone, pressed }));
}

/** What cannot be read counts as open, so that it can be answered. */
async function listedPage({ ports }: Deps, member: BundleMember, directory: Directory): Promise<ListedPage> {
  const { severity, service, title } = member;
  const item = await ports.incidents.get(member.incident);
  const standing =
    item === null || 'unreadable' in item ? ({ state: 'open', noted: null, reopened: false } as const) : standingOf(item, directory);
  return { severity, service: directory.services.get(service)?.name ?? service, title, standing };
}
