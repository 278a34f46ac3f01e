#!/bin/sh -
':' //; set -f # What follows is a program for sh, and a comment for JavaScript.
':' /*
# Looks which signals are ignored, and becomes node: that one resets them all, and could not tell any more (docs/decisions/0010).

# The ignored signals as bits: field 33 of Linux's /proc/PID/stat. The second field is a name in parentheses, and may be any text.
if [ -r /proc/self/stat ]; then
  read -r HOLDFAST_IGNORED </proc/self/stat
  holdfast_ignored() { HOLDFAST_IGNORED=${31:-0}; }
  holdfast_ignored ${HOLDFAST_IGNORED##*") "}
  HOLDFAST_DOUBTFUL=3
else
  HOLDFAST_IGNORED=7
  HOLDFAST_DOUBTFUL='1 2 3'
fi

# In doubt a signal tells by itself: what was ignored before a shell began cannot be trapped there (POSIX, trap). Doubtful are SIGHUP, SIGINT and
# SIGQUIT where there is no /proc, and always SIGQUIT: some shells, bash among them, ignore that one for themselves.
for HOLDFAST_SIGNAL in $HOLDFAST_DOUBTFUL; do
  if [ $((HOLDFAST_IGNORED >> HOLDFAST_SIGNAL - 1 & 1)) = 1 ]; then
    trap "HOLDFAST_IGNORED=$((HOLDFAST_IGNORED - (1 << HOLDFAST_SIGNAL - 1)))" "$HOLDFAST_SIGNAL"
    kill -"$HOLDFAST_SIGNAL" $$
    trap - "$HOLDFAST_SIGNAL"
  fi
done
unset HOLDFAST_DOUBTFUL HOLDFAST_SIGNAL
case $HOLDFAST_IGNORED in
0) unset HOLDFAST_IGNORED ;;
*) export HOLDFAST_IGNORED ;;
esac

case $0 in
-*) set -- "./$0" "$@" ;; # what begins with a hyphen would be an option of node
*) set -- "$0" "$@" ;;
esac
if command -v node >/dev/null; then exec node "$@"; fi
# Node's own installers put both into one folder, which cron and services often do not know.
if [ -f "${1%/*}/node" ] && [ -x "${1%/*}/node" ]; then exec "${1%/*}/node" "$@"; fi
echo "$0: node is not in PATH ($PATH): install Node NODE_WANTED or later, or put its folder into PATH, which is short in cron and services" >&2
exit 127
*/
