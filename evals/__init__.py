"""Evals: briefs, scorers, planted defects, recorded traffic, a baseline and a gate. Offline; start reading at run.py."""
