#!/usr/bin/env python3
"""Verifies a continuous ingest table on Spark: shards of its tablets, then buckets of its rows, each as a process of actool.

    spark-submit --master spark://HOST:7077 --files actool verify.py --shards 64 --buckets 16 \\
      /data/links answer.json /data/tables/2 -- --memory 2G

/data/links is a directory that the driver and all workers share, as they do the tables; it must be a new one for each
verification. The answer is that of `actool verify` on one machine, and so is the exit status: 0 nothing is missing or
corrupt, 1 something is, 2 not everything could be read. A run that was killed goes on where it was when the same command
runs again. Speculation does no harm: both copies of a task write the same bytes under the same name. The driver merges;
if rows are missing, it reads the tablets again that refer to them. Options behind -- are those of `actool verify`, for
shards and merge: --memory for each process, --explain, --strict, --scratch, --map.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import time

from pyspark import SparkConf, SparkContext, SparkFiles

OF_MERGE = ("--explain", "--strict")


def die_with_parent():
    import ctypes
    import signal
    ctypes.CDLL("libc.so.6").prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG: a task ends when its worker does


def run(actool, arguments):
    """Runs actool, and returns its record and what it complains about. Spark tries again what was killed."""
    program = actool or SparkFiles.get("actool")
    if not actool:
        os.chmod(program, 0o755)
    child = subprocess.run([program, "verify"] + arguments, capture_output=True, preexec_fn=die_with_parent)
    if child.returncode not in (0, 2, 64):
        raise RuntimeError(f"actool ended with {child.returncode}: {child.stderr.decode()[-2000:]}")
    return child.stdout.decode(), child.stderr.decode() if child.returncode else ""


def stage(spark, name, actool, tasks):
    """Runs all tasks of a round. The program ends if one of them cannot be done."""
    start = time.monotonic()
    spark.setJobDescription(f"actool verify: {len(tasks)} {name}")
    done = spark.parallelize(tasks, len(tasks)).map(lambda arguments: run(actool, arguments)).collect()
    complaints = sorted({line for _, errors in done for line in errors.splitlines()})
    if complaints:
        print("\n".join(complaints), file=sys.stderr)
        sys.exit(2)
    print(f"{len(tasks)} {name} in {time.monotonic() - start:.1f} s", file=sys.stderr)
    return [json.loads(record) for record, _ in done]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("links", help="shared directory for what the rounds leave for each other")
    parser.add_argument("answer", help="file to write the answer to")
    parser.add_argument("tables", nargs="+", help="as for actool verify; options for it behind --")
    parser.add_argument("--shards", type=int, required=True, help="how many tasks read the tablets")
    parser.add_argument("--buckets", type=int, required=True, help="how many tasks join; an eighth of the shards is enough")
    parser.add_argument("--actool", help="path of actool on driver and workers (default: the file given by --files)")
    words = sys.argv[1:]
    cut = words.index("--") if "--" in words else len(words)
    arguments, options = parser.parse_args(words[:cut]), words[cut + 1:]
    actool, links = arguments.actool, os.path.abspath(arguments.links)
    # Workers run elsewhere.
    tables = [table if re.match("[A-Za-z0-9+.-]+:/", table) else os.path.abspath(table) for table in arguments.tables]
    shards = [["--quiet", "--threads", "1", "--shard", f"{i + 1}/{arguments.shards}", "--buckets", str(arguments.buckets),
               "--links-into", links] + [word for word in options if word not in OF_MERGE] + tables
              for i in range(arguments.shards)]
    joins = [["--join", f"{k + 1}/{arguments.buckets}", links] for k in range(arguments.buckets)]

    spark = SparkContext(conf=SparkConf().setAppName(f"actool verify, {len(shards)} shards, {len(joins)} buckets"))
    records = stage(spark, "shards", actool, shards)
    print(f"{sum(record['entries'] for record in records)} entries read, "
          f"{sum(record['bytes'] for record in records)} bytes of links", file=sys.stderr)
    stage(spark, "buckets", actool, joins)
    program = actool or SparkFiles.get("actool")
    start = time.monotonic()
    with open(arguments.answer + ".part", "w") as file:
        status = subprocess.run([program, "verify", "--quiet", "--merge", links] + options + tables,
                                stdout=file).returncode
        os.fsync(file.fileno())
    print(f"merged in {time.monotonic() - start:.1f} s", file=sys.stderr)
    if status in (0, 1):
        os.replace(arguments.answer + ".part", arguments.answer)
    spark.stop()
    sys.exit(status)


if __name__ == "__main__":
    main()
