"""The benchmarks' own instruments."""
