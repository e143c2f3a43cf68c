import { json } from '../http/answer.ts';
import type { Configuration } from '../ports.ts';
import { anyObject } from '../schema/api.ts';
import { fieldErrors } from '../schema/field-errors.ts';
import type { ContactTest } from './contact-test.ts';
import { invalid, pathParameter, unknown, type Routes } from './routes.ts';

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
