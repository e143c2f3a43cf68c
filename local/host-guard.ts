import type { Problem } from '../shared/http/problem.ts';

/**
 * Why a request to the pages without credentials is refused; null: it is not. A foreign Host is a name somebody pointed at this machine, a foreign
 * Origin a page from elsewhere: both would act with the rights of whoever sits here.
 */
export function foreign(request: Request, port: number): Problem | null {
  const own = ['127.0.0.1', 'localhost', '[::1]'].flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]));
  const host = request.headers.get('host');
  if (host === null || !own.includes(host.toLowerCase())) {
    return { status: 403, code: 'foreign-host', detail: 'This page is served only under 127.0.0.1, localhost and [::1] with its port.' };
  }
  const origin = request.headers.get('origin');
  if (origin !== null && !own.some((name) => origin.toLowerCase() === `http://${name}`)) {
    return { status: 403, code: 'foreign-origin', detail: 'Pages of another origin may not use this.' };
  }
  return null;
}
