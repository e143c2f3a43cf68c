import type { PageContent } from '../channels/channel.ts';
import { nameOfActor } from '../domain/actor-name.ts';
import type { Directory, DirectorySchedule, Person } from '../domain/directory.ts';
import { cut, oneLine } from '../domain/display-text.ts';
import type { Incident } from '../domain/incident.ts';
import type { HandoffNotice } from '../domain/on-call/handoffs.ts';
import { localMinute, why } from '../domain/on-call/why.ts';
import type { Instant } from '../domain/time.ts';

/** What a notice is about, as it is when it is sent. */
interface About {
  readonly person: Person;
  readonly schedule: DirectorySchedule;
  readonly directory: Directory;
  /** Those that concern the schedule; null: they could not be read. */
  readonly open: readonly Incident[] | null;
  readonly now: Instant;
}

const mostListed = 20;
const longestTitle = 200;

/** The notice of a handoff, for the one who came on call or went off. There is nothing to answer. */
export function handoffContent(notice: HandoffNotice, about: About): PageContent {
  const { person, schedule, open, now } = about;
  const zone = person.zone ?? schedule.schedule.zone;
  const words = notice.change === 'on' ? comesOn(about, zone) : goesOff(about);
  return {
    ...{ kind: 'notice', purpose: 'handoff', severity: 'info', level: 0, ackUrl: null, code: null },
    service: schedule.schedule.name ?? schedule.schedule.id,
    title: `${words}${open === null ? '' : `; ${countOf(open)}`}`,
    description: descriptionOf(notice, about, zone),
    ...{ levelLabel: null, cycle: 0, repeat: 0, source: null, environment: null, labels: {}, links: [] },
    ...{ by: null, reason: null, occurrences: 1 },
    ...{ createdAt: notice.madeAt, at: now, zone, personName: person.name },
    ...{ incidentId: 'none', notificationId: 'none', incident: () => null },
  };
}

function comesOn({ person, schedule, now }: About, zone: string): string {
  const until = schedule.onCall().endOf(person.id, now, schedule.overrides);
  return until === null ? 'you are on call' : `you are on call until ${localMinute(until, zone)} (${zone})`;
}

function goesOff(about: About): string {
  const names = reasons(about).map(({ name }) => name);
  return names.length === 0 ? 'you are off call, and nobody is on call now' : `you are off call; now on call: ${names.join(', ')}`;
}

/** Everybody who is on call, and why. */
function reasons({ schedule, directory, now }: About): readonly { readonly name: string; readonly why: string; readonly person: string }[] {
  const nameOf = (id: string): string => directory.people.get(id)?.name ?? id;
  const onCall = schedule.onCall().at(now, schedule.overrides);
  return onCall.map((one) => ({ person: one.person, name: nameOf(one.person), why: why(one, schedule.schedule, nameOf) }));
}

const countOf = ({ length }: readonly Incident[]): string =>
  length === 0 ? 'none open for this schedule' : length === 1 ? '1 open incident' : `${length} open incidents`;

function descriptionOf(notice: HandoffNotice, about: About, zone: string): string {
  const { open, person } = about;
  const because = notice.change === 'on' ? reasons(about).flatMap((one) => (one.person === person.id ? [one.why] : [])) : [];
  const listed = open?.slice(0, mostListed).map((incident) => lineOf(incident, about, zone)) ?? [];
  const more = (open?.length ?? 0) - listed.length;
  return [...because, ...listed, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}

function lineOf(incident: Incident, { directory }: About, zone: string): string {
  const { severity, service, title, createdAt, acknowledged } = incident;
  const name = oneLine(directory.services.get(service)?.name ?? service);
  const by = acknowledged === null ? '' : `, acknowledged by ${oneLine(nameOfActor(acknowledged.by, directory))}`;
  return `[${severity.toUpperCase()}] ${name}: ${cut(oneLine(title, '(no title)'), longestTitle)}, since ${localMinute(createdAt, zone)}${by}`;
}
