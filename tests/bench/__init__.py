"""Benchmarks: each thing is measured beside a yardstick, in turns. See docs/benchmarks.md."""
