/** On every answer of the API: it is nobody's to keep or to reinterpret. */
export const apiHeaders = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;
