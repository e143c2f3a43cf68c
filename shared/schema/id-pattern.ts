/** What an id looks like, of whatever thing. */
export const idPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
