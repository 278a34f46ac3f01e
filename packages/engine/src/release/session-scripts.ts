import type { ServerSession } from './server-session.ts';

// What the server's sh is given. It passes the account's own shell, whichever that is, as one word in single quotes: there is no single quote
// in it, no backslash (fish), no exclamation mark and no end of a line (csh). Of sh it needs what POSIX has, of Linux /proc; of programs
// `readlink` and `sleep`.

/** How the one line begins that a script answers with. */
export const ANSWER = { note: 'holdfast-session', release: 'holdfast-release' } as const;

/** Reads what /proc says of process $1: name, state, parent, user and start. The name in `stat` can hold anything, so that it is cut off. */
const SEE = [
  'see() { n= t= q= u= s=',
  '[ -r /proc/$1/stat ] || return 1',
  'while read -r k v w; do case $k in Name:) n=$v ;; State:) t=$v ;; PPid:) q=$v ;; Uid:) u=$v ;; esac; done </proc/$1/status',
  'read -r w </proc/$1/stat',
  'set -- ${w##*")"}',
  's=${20}',
  '[ "$s" ]; }',
].join('; ');

/** Whose words they are, and what speaks: nothing else of it reaches the answer. */
function begin(answer: string): string {
  return [
    'exec 2>/dev/null',
    'set -f',
    `say() { echo "${answer} $*"; exit 0; }`,
    SEE,
    'see $$ || say cannot no-proc',
    'me=$u',
    'read -r boot </proc/sys/kernel/random/boot_id',
    'space=$(readlink /proc/$$/ns/pid)',
  ].join('; ');
}

/**
 * Tells which process of sshd holds the connection that the script came over.
 *
 * From its parent upwards the first `sshd` is that one. With an account that is not root it runs as that account, below a monitor of root's that
 * holds no port; root's own is monitor and session in one.
 *
 * @see `privsep_postauth()` https://github.com/openssh/openssh-portable/blob/V_9_2_P1/sshd.c
 */
export const NOTE_SCRIPT = [
  begin(ANSWER.note),
  'space=${space#*:?}',
  'p=$PPID',
  'i=0',
  'until see $p && case $n in sshd | sshd-session) true ;; *) false ;; esac; do [ "$i" -lt 16 ] && [ "$q" -gt 1 ] || say cannot no-session; p=$q; i=$((i + 1)); done',
  '[ "$u" = "$me" ] || say cannot foreign-session',
  'say "$boot ${space%?} $u $p $s $n"',
].join('; ');

/**
 * Ends the process of a session, if each part of it is what it was: TERM, CONT for one that is stopped, and KILL for one that is still there
 * after a second. Tells what became of it.
 *
 * A process that is dead and not buried (`Z`) has closed its sockets.
 */
export function releaseScript(session: ServerSession): string {
  const { boot, pidNamespace, uid, pid, start, name } = session;
  return [
    begin(ANSWER.release),
    `[ "$boot" = ${boot} ] || say not-ours boot`,
    `[ "$space" = "pid:[${pidNamespace}]" ] || say not-ours pidNamespace`,
    `[ "$me" = ${uid} ] || say not-ours uid`,
    'a=$PPID',
    `while [ "$a" -gt 1 ]; do [ "$a" = ${pid} ] && say not-ours this-session; see $a || break; a=$q; done`,
    `see ${pid} || say gone`,
    `[ "$s" = ${start} ] || say not-ours start`,
    `[ "$u" = ${uid} ] || say not-ours uid`,
    `[ "$n" = ${name} ] || say not-ours name`,
    `lives() { see ${pid} && [ "$s" = ${start} ] && case $t in Z | X) false ;; *) true ;; esac; }`,
    'wait_for_end() { i=0; while [ "$i" -lt 10 ]; do lives || say released; sleep 0.1 || { sleep 1; i=10; }; i=$((i + 1)); done; }',
    'lives || say gone',
    `kill -TERM ${pid} || { lives || say gone; say cannot not-permitted; }`,
    `lives && kill -CONT ${pid}`,
    'wait_for_end',
    `lives && kill -KILL ${pid}`,
    'wait_for_end',
    'say cannot does-not-end',
  ].join('; ');
}
