#!/bin/bash
# Runs the jobs of a plan over ssh with GNU parallel: parallel.sh JOBS SHARES HOST,HOST.. [OPTIONS OF COMPACT]
#
#     actool plan tables/2 > jobs.json
#     parallel.sh "$PWD/jobs.json" 64 4/node1,4/node2 --default-properties > results.json
#
# 4/node1 runs four processes at a time there. All hosts see the tablets, the jobs and share.py, which lies beside this
# script, under the same paths. A process that failed, or whose host went away, is tried again; finished jobs are not run
# twice. The exit status is the number of shares that failed.
set -euo pipefail
jobs=$1 shares=$2 hosts=$3
shift 3
share=$(realpath "$(dirname "$0")")/share.py
seq 0 $((shares - 1)) | parallel --sshlogin "$hosts" --retries 3 --joblog "$jobs.log" \
  "bash -c 'set -o pipefail; python3 $share $jobs {} $shares | ${ACTOOL:-actool} compact - --quiet --threads 1 --wait 10m $*'"
