import { json } from '../http/answer.ts';
import type { Configuration } from '../ports.ts';
import { anyObject } from '../schema/api.ts';
import { fieldErrors } from '../schema/field-errors.ts';
import { invalid, pathParameter, unknown, type Routes } from './routes.ts';

/** What came of the test pages to a person's contacts; `done` is false while some are still under way. */
export interface ContactTest {
  readonly done: boolean;
  readonly results: readonly { readonly contact: string; readonly channel: string; readonly ok: boolean; readonly code: string | null }[];
}

interface Deps {
  readonly configuration: Configuration;
  readonly testContacts: (person: string) => Promise<ContactTest>;
}

/** `POST /v1/people/{id}/test`: a test page to each contact; 202 when not all have told their result within 10 s. */
export function addPeopleRoutes(routes: Routes, { configuration, testContacts }: Deps): void {
  routes.post('/v1/people/:id/test', { maxBytes: 16 * 1024, allowEmpty: true }, async (call, value) => {
    const person = pathParameter(call, 'id');
    if (!(await configuration.directory()).people.has(person)) return unknown('person');
    const body = anyObject.safeParse(value);
    if (!body.success) return invalid(fieldErrors(body.error));
    return async () => {
      const { done, results } = await testContacts(person);
      return json({ results }, done ? 200 : 202);
    };
  });
}
