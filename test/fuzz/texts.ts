import fc from 'fast-check';
import { retryAfterSeconds } from '../../shared/adapters/node/post-result.ts';
import { readIcs } from '../../shared/schema/ics-schedule.ts';
import { webhookUrl } from '../../shared/schema/webhook-address.ts';
import { family, type Family } from './family.ts';
import { anyText } from './inputs.ts';

const kilobyte = 1024;
const now = Date.UTC(2026, 2, 24, 12);

/** As large as one that people keep by hand; reading one of the largest takes the administrator's own time. */
const longestCalendar = 8 * kilobyte;
const longestHeader = 16 * kilobyte;

const calendar = [
  ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'BEGIN:VEVENT', 'UID:1', 'SUMMARY:Ana', 'ATTENDEE;CN="Ana":mailto:ana@example.com'],
  ...['DTSTART;TZID=Europe/Berlin:20260323T090000', 'DTEND;TZID=Europe/Berlin:20260330T090000', 'RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE'],
  ...['EXDATE;TZID=Europe/Berlin:20260406T090000', 'END:VEVENT', 'BEGIN:VEVENT', 'UID:2', 'SUMMARY:Ben', 'DTSTART:20260325T090000Z'],
  ...['DURATION:P1DT2H', 'END:VEVENT', 'END:VCALENDAR', ''],
].join('\r\n');

/** A text changed in a few places. */
const changedIn = (text: string, longest: number): fc.Arbitrary<string> =>
  fc
    .array(fc.tuple(fc.nat({ max: text.length }), fc.nat({ max: 30 }), fc.oneof(anyText(longest), fc.string({ maxLength: 3 }))), {
      minLength: 1,
      maxLength: 3,
    })
    .map((changes) => changes.reduce((whole, [at, skipped, other]) => whole.slice(0, at) + other + whole.slice(at + skipped), text));

/** What others wrote that is no JSON: files, headers, addresses. */
export const texts: readonly Family[] = [
  family('an iCalendar file', fc.oneof(changedIn(calendar, longestCalendar), anyText(longestCalendar)), (text) => {
    const read = readIcs(text, { now, zone: 'Europe/Berlin', peopleOf: (summary) => [summary] });
    if (!read.ok) return read.errors.length === 0 ? ['refused without a reason'] : [];
    return read.shifts.filter(({ from, until }) => !(from < until)).map(() => 'a shift that ends before it begins');
  }),
  family(
    'when to try again, as a receiver says it',
    fc.oneof(anyText(longestHeader), changedIn('Mon, 02 Mar 2026 02:00:30 GMT', longestHeader)),
    (text) => {
      const seconds = retryAfterSeconds(text, now);
      return seconds === null || (Number.isSafeInteger(seconds) && seconds >= 0 && seconds <= 3600) ? [] : ['seconds that are none'];
    },
  ),
  family(
    'the URL of a webhook',
    fc.oneof(anyText(longestHeader), changedIn('https://hooks.example.com:8443/path?key=1', longestHeader)),
    (text) => {
      const url = webhookUrl(text, { loopback: false });
      return url === null || (url.protocol === 'https:' && ['', '8443'].includes(url.port) && url.username === '')
        ? []
        : ['a URL that leads elsewhere'];
    },
  ),
];
