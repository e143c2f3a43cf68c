/** Something the owner of the machine can put right: shown as it is, without a stack. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';
}

const explained: Readonly<Record<string, string>> = {
  EACCES: 'access is denied',
  EPERM: 'access is denied',
  EROFS: 'it is on a read-only disk',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  ENOTDIR: 'part of the path is a file, not a folder',
  EEXIST: 'there is a file of this name, not a folder',
  EISDIR: 'it is a folder, not a file',
  ENOENT: 'it does not exist',
  EADDRINUSE: 'the port is in use by another program; --port takes another',
};

/** The reason of a fault in words a user understands. */
export function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'the reason is unknown';
  const code: unknown = 'code' in cause ? cause.code : null;
  const known = typeof code === 'string' ? explained[code] : undefined;
  if (known !== undefined) return known;
  return cause.cause === undefined ? cause.message : reasonOf(cause.cause);
}
