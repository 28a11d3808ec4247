#!/usr/bin/env python3
"""Prints one share of the jobs of a plan: share.py JOBS I N, with I from 0 to N-1.

All jobs of a tablet are in one share, since a job can read what an earlier pass of its tablet wrote. Shares are balanced
by the bytes that are read, and are the same for the same file, so a task that is run again gets the jobs that it had.
"""
import heapq
import json
import sys


def main():
    path, share, shares = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    tablets = {}
    with open(path) as file:
        for line in file:
            job = json.loads(line)
            if job["type"] == "job":
                tablet = tablets.setdefault(json.dumps([job.get("directory"), job["extent"]]), [0, []])
                tablet[0] += job["bytes"]
                tablet[1].append(line)
    loads = [(0, number) for number in range(shares)]
    for size, lines in sorted(tablets.values(), key=lambda tablet: -tablet[0]):
        load, number = heapq.heappop(loads)
        heapq.heappush(loads, (load + size, number))
        if number == share:
            sys.stdout.writelines(lines)


if __name__ == "__main__":
    main()
