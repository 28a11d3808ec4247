#!/bin/bash
# Runs the jobs of a plan over ssh with GNU parallel: parallel.sh JOBS SHARES HOST,HOST.. [OPTIONS OF COMPACT]
#
#     actool plan tables/2 > jobs.json
#     parallel.sh "$PWD/jobs.json" 64 4/node1,4/node2 --default-properties > results.json
#
# 4/node1 runs four processes at a time there. All hosts see the tablets, the jobs and share.py, which lies beside this
# script, under the same paths. A host that is gone fails all that it is given, at once; so what failed is tried in up to
# three rounds. Finished jobs are not run twice: their results come again with "already". The exit status is the number of
# shares that failed in the last round.
set -uo pipefail
jobs=$1 shares=$2 hosts=$3
shift 3
share=$(realpath "$(dirname "$0")")/share.py
for round in 1 2 3; do
  seq 0 $((shares - 1)) | parallel --sshlogin "$hosts" --retries 3 --joblog "$jobs.log" \
    "bash -c 'set -o pipefail; python3 $share $jobs {} $shares | ${ACTOOL:-actool} compact - --quiet --threads 1 --wait 10m $*'"
  status=$?
  if [ $status = 0 ] || [ $round = 3 ]; then exit $status; fi
  sleep 5
done
