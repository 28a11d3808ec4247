#!/bin/bash
# Verifies a continuous ingest table on Slurm: a chain of three jobs, the shards, the joins, and the merge.
#
#     verify.sh 64 16 /data/links answer.json /data/tables/2 --memory 2G
#
# 64 tasks read the tablets, 16 join their links, which lie in a directory that all nodes share, a new one for each
# verification. The script waits for the answer, which is that of `actool verify` on one machine, and so is its status:
# 0 nothing is missing or corrupt, 1 something is, 2 not everything could be read. Options behind the table are those of
# `actool verify`, --memory for each task; those of the answer (--explain, --strict) go into $MERGE. A task that was killed
# or requeued begins anew, up to three times, and leaves the same bytes. Logs are slurm-*.out. When a chain has failed, the
# same command goes on where it was. $SBATCH_OPTIONS are for all three jobs.
set -uo pipefail
actool=${ACTOOL:-actool}
case $1 in
shard | join | merge) step=$1 ;;
*)
  [ ! -e "$4" ] || { echo "$4 is there already: remove it, or name another file" >&2; exit 2; }
  submit() { sbatch --parsable --requeue --kill-on-invalid-dep=yes ${SBATCH_OPTIONS:-} "$@"; }
  shards=$(submit --array=1-"$1" "$0" shard "$@") || exit 2
  joins=$(submit --array=1-"$2" --dependency=afterok:"$shards" "$0" join "$@") || exit 2
  submit --wait --dependency=afterok:"$joins" "$0" merge "$@" >/dev/null
  status=$?
  # For a chain that was cancelled, Slurm says 0.
  [ -e "$4" ] || { echo "the chain ended without an answer: run it again" >&2; exit 2; }
  exit $status
  ;;
esac
shards=$2 buckets=$3 links=$4 answer=$5
shift 5
task=${SLURM_ARRAY_TASK_ID:-1} threads=${SLURM_CPUS_PER_TASK:-1}
case $step in
shard)
  "$actool" verify --quiet --threads "$threads" --shard "$task/$shards" --buckets "$buckets" --links-into "$links" "$@"
  ;;
join) "$actool" verify --join "$task/$buckets" "$links" ;;
merge) "$actool" verify --quiet --threads "$threads" --merge "$links" ${MERGE:-} "$@" >"$answer.part" ;;
esac
status=$?
if [ $status -gt 127 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt 3 ]; then
  scontrol requeue "${SLURM_ARRAY_JOB_ID:+${SLURM_ARRAY_JOB_ID}_}${SLURM_ARRAY_TASK_ID:-$SLURM_JOB_ID}"
  # Slurm ends this script; if it is slow, the task must not count as failed before.
  sleep 60
fi
if [ $step = merge ] && [ $status -lt 2 ]; then mv "$answer.part" "$answer"; fi
exit $status
