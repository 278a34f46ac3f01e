/** What names and tags are made of: nothing that a shell, a file name, a glob or `tag:` would read as something else. */
export const NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_.@+-]{0,63}$/u;

export const NAME_ALLOWED =
  'a name of up to 64 letters, digits and _ . @ + -, with a letter or digit first';

/** What would happen with a name that cannot be one; `undefined` for names that can. */
export function nameFault(name: string): string | undefined {
  if (NAME.test(name)) return undefined;
  if (name === '') return 'is empty';
  if (name.startsWith('-')) return 'would be read as an option';
  if (name.startsWith('tag:')) return 'would be read as a tag';
  if (/[*?[\]{}!]/.test(name)) return 'would be read as a pattern';
  if (Array.from(name).length > 64) return 'is too long';
  return 'has characters that names cannot have';
}

export const HOST_ALLOWED = 'a host as ssh takes it, such as "me@bastion" or a Host of ssh_config';

/** As ssh refuses it: a host, and the part behind a user, must not look like an option. */
export const HOST = /^(?!-)(?!.*@-)[^\s\p{Cc}]+$/u;
