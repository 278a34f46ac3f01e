/**
 * What tunnels to the same host have in common: `host` without the user, and with the port if it is part of it.
 *
 * ssh_config may lead two names to one machine, or one name to many; to know that would mean to read it as ssh does. Two names so have
 * a budget each.
 */
export function destinationOf(host: string): string {
  const bare = host.replace(/^ssh:\/\//i, '').replace(/\/$/, '');
  return bare.slice(bare.lastIndexOf('@') + 1).toLowerCase();
}
