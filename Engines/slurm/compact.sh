#!/bin/bash
# One array task of Slurm runs one shard of the jobs of a plan:
#
#     actool plan tables/2 > jobs.json
#     sbatch --wait --array=1-16 --requeue compact.sh jobs.json results --default-properties
#     cat results/*.json
#
# Results appear under their final name when a shard has ended, so a task that is requeued begins anew and does no harm:
# finished jobs are not run twice. A shard whose failures pass (status 75) is requeued up to three times.
set -uo pipefail
jobs=$1 results=$2 actool=${ACTOOL:-actool}
shift 2
name=$results/$(printf %05d "$SLURM_ARRAY_TASK_ID").json
mkdir -p "$results"
"$actool" plan --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" "$jobs" |
  "$actool" compact - --quiet --threads "${SLURM_CPUS_PER_TASK:-1}" --wait 10m "$@" >"$name.part$SLURM_JOB_ID"
status=$?
mv "$name.part$SLURM_JOB_ID" "$name"
if [ $status = 75 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt 3 ]; then scontrol requeue "$SLURM_JOB_ID"; fi
exit $status
