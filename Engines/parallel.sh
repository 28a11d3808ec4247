#!/bin/bash
# Runs the jobs of a plan over ssh with GNU parallel: parallel.sh JOBS SHARDS HOST,HOST.. [OPTIONS OF COMPACT]
#
#     actool plan tables/2 > jobs.json
#     parallel.sh "$PWD/jobs.json" 64 4/node1,4/node2 --default-properties > results.json
#
# 4/node1 runs four processes at a time there. All hosts see the tablets and the jobs under the same paths. A host that is
# gone fails all that it is given, at once; so shards that failed are tried in up to three rounds. Those with a job that
# would fail again (status 1) are not: they say so by a line "final". Finished jobs are not run twice: their results come
# again with "already". The exit status is the number of shards that failed, at most 101.
set -uo pipefail
jobs=$1 shards=$2 hosts=$3 actool=${ACTOOL:-actool}
shift 3
quoted() { printf ' %q' "$@"; }
# Runs the shard whose number is $1. In one line: the shell that a host has for logins may not know bash's $'\n'.
script="set -o pipefail;$(quoted "$actool") plan --shard \"\$1\"/$shards$(quoted "$jobs") |$(
  quoted "$actool" compact - --quiet --threads 1 --wait 10m "$@"); "
script+='status=$?; [ $status != 1 ] || exec echo final; exit $status'
left=$(seq "$shards") final=0
for round in 1 2 3; do
  [ $round = 1 ] || sleep 5
  while IFS= read -r line; do
    if [ "$line" = final ]; then final=$((final + 1)); else printf '%s\n' "$line"; fi
  done < <(parallel --sshlogin "$hosts" --retries 3 --joblog "$jobs.log" "bash -c$(quoted "$script") shard {}" <<<"$left")
  # The columns: exit status, signal, command, which ends with the number.
  left=$(awk -F '\t' 'NR > FNR { if (!($1 in done)) print; next } $7 == 0 && $8 == 0 { sub(/.* /, "", $9); done[$9] }' \
    "$jobs.log" - <<<"$left") || exit
  [ -n "$left" ] || break
done
failed=$((final + $(wc -w <<<"$left")))
exit $((failed < 101 ? failed : 101))
