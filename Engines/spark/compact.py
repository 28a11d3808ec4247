#!/usr/bin/env python3
"""Runs the compaction jobs of a plan on Spark, each batch as a process of actool on a worker.

    actool plan --batch 1G tables/2 > jobs.json
    spark-submit --master spark://HOST:7077 --files actool compact.py jobs.json results.json -- --default-properties

Tablet directories must be mounted on all workers under the same path, with locks that hold between hosts. Results appear
in one piece when all jobs have ended: spark-submit neither passes its input on nor keeps messages out of its output. Exit status: 0 all finished, 1 some failed for good, 75 all that failed
may be run again: run the same command again, finished jobs are not run twice.
"""
import argparse
import json
import os
import sys

from pyspark import SparkConf, SparkContext, SparkFiles, TaskContext


def run(actool, options):
    """Returns a function that runs the batches of a partition."""

    def die_with_parent():
        import ctypes
        import signal
        ctypes.CDLL("libc.so.6").prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG: a job ends when its worker does

    def partition(lines):
        import subprocess
        lines = list(lines)
        if not lines:
            return
        program = actool or SparkFiles.get("actool")
        if not actool:
            os.chmod(program, 0o755)
        # A job whose files are busy may only be waiting for the worker that this one replaces.
        attempt = TaskContext.get().attemptNumber()
        child = subprocess.run([program, "compact", "-", "--quiet", "--threads", "1"] + options,
                               input="".join(line + "\n" for line in lines).encode(), stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, preexec_fn=die_with_parent)
        results = child.stdout.decode().splitlines()
        # Spark tries a task again at once, which helps where the machine was at fault, and nowhere else.
        now = any(json.loads(line).get("retry") == "now" for line in results)
        crashed = child.returncode not in (0, 1, 75)
        if (now or crashed) and attempt < 3:
            raise RuntimeError(f"actool ended with {child.returncode}: {child.stderr.decode()[-2000:]}")
        if crashed:
            yield json.dumps({"type": "failure", "status": child.returncode, "error": child.stderr.decode()[-2000:]})
        yield from results

    return partition


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("jobs", help="file of batch records, as actool plan --batch prints them: a task for each")
    parser.add_argument("results", help="file to write the results to")
    parser.add_argument("--actool", help="path of actool on the workers (default: the file given by --files)")
    parser.add_argument("options", nargs="*", help="options for actool compact, behind --")
    arguments = parser.parse_args()
    with open(arguments.jobs) as file:
        tasks = [line.rstrip("\n") for line in file if line.strip()]
    records = [json.loads(task) for task in tasks]
    if any(record["type"] == "job" for record in records):
        sys.exit(f"actool: {arguments.jobs}: expected batches, found jobs: actool plan --batch 1G {arguments.jobs}")
    jobs = sum(len(record.get("jobs", [])) for record in records)

    spark = SparkContext(conf=SparkConf().setAppName(f"actool compact, {jobs} jobs"))
    if spark.getConf().get("spark.speculation", "false") == "true":
        sys.exit("actool: spark.speculation is on: the second copy of a job would find its files busy; set it to false")
    results = spark.parallelize(tasks, len(tasks)) \
        .mapPartitions(run(arguments.actool, arguments.options)).collect() if tasks else []
    spark.stop()
    with open(arguments.results + ".part", "w") as file:
        file.writelines(line + "\n" for line in results)
        file.flush()
        os.fsync(file.fileno())
    os.replace(arguments.results + ".part", arguments.results)
    ends = [record for record in map(json.loads, results) if record["type"] in ("result", "failure")]
    failed = [record.get("retry", "never") for record in ends if record.get("state") != "FINISHED"]
    print(f"{len(ends) - len(failed)} of {jobs} jobs finished, {len(failed)} failed", file=sys.stderr)
    sys.exit(0 if not failed else 75 if "never" not in failed else 1)


if __name__ == "__main__":
    main()
