#!/bin/bash
# One array task of Slurm runs one share of the jobs of a plan:
#
#     actool plan tables/2 > jobs.json
#     sbatch --wait --array=0-15 --requeue compact.sh jobs.json results --default-properties
#     cat results/*.json
#
# share.py is expected beside the jobs, or as $SHARE. Results appear under their final name when a share has ended, so a
# task that is requeued begins anew and does no harm: finished jobs are not run twice. A share whose failures pass
# (status 75) is requeued up to three times.
set -uo pipefail
jobs=$1 results=$2
shift 2
name=$results/$(printf %05d "$SLURM_ARRAY_TASK_ID").json
mkdir -p "$results"
python3 "${SHARE:-$(dirname "$jobs")/share.py}" "$jobs" "$SLURM_ARRAY_TASK_ID" "$SLURM_ARRAY_TASK_COUNT" |
  "${ACTOOL:-actool}" compact - --quiet --threads "${SLURM_CPUS_PER_TASK:-1}" --wait 10m "$@" >"$name.part$SLURM_JOB_ID"
status=$?
mv "$name.part$SLURM_JOB_ID" "$name"
if [ $status = 75 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt 3 ]; then scontrol requeue "$SLURM_JOB_ID"; fi
exit $status
