#!/usr/bin/env python3
"""A small part of `make oracle`: what the product decides is what the oracle decides.  SEED takes it elsewhere.  Prints TAP."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "commands"))
from desk import holds, run_suite
from oracle import compare_all, runs

SEED = int(os.environ.get("SEED", "1"))


def agreed(wanted):
    told = []
    documents, differing = compare_all(wanted, 2, told.append)
    holds(documents > 100 * len(wanted), f"only {documents} documents in {len(wanted)} runs")
    holds(differing == 0, f"SEED={SEED}\n" + "\n".join(told))


def product_and_oracle_agree_on_what_the_simulator_tells(_):
    agreed(runs("seed", f"{SEED}..{SEED + 4}", 10))


def product_and_oracle_agree_on_random_histories(_):
    agreed(runs("histories", f"{SEED}..{SEED + 4}", 150))


if __name__ == "__main__":
    sys.exit(run_suite([product_and_oracle_agree_on_what_the_simulator_tells, product_and_oracle_agree_on_random_histories], lambda: None))
