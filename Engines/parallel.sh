#!/bin/bash
# Runs the jobs of a plan over ssh with GNU parallel: parallel.sh JOBS SHARDS HOST,HOST.. [OPTIONS OF COMPACT]
#
#     actool plan tables/2 > jobs.json
#     parallel.sh "$PWD/jobs.json" 64 4/node1,4/node2 --default-properties > results.json
#
# 4/node1 runs four processes at a time there. All hosts see the tablets and the jobs under the same paths. A host that is
# gone fails all that it is given, at once; so what failed is tried in up to three rounds. Finished jobs are not run twice:
# their results come again with "already". The exit status is the number of shards that failed in the last round.
set -uo pipefail
jobs=$1 shards=$2 hosts=$3 actool=${ACTOOL:-actool}
shift 3
for round in 1 2 3; do
  seq "$shards" | parallel --sshlogin "$hosts" --retries 3 --joblog "$jobs.log" \
    "bash -c 'set -o pipefail; $actool plan --shard {}/$shards $jobs | $actool compact - --quiet --threads 1 --wait 10m $*'"
  status=$?
  if [ $status = 0 ] || [ $round = 3 ]; then exit $status; fi
  sleep 5
done
