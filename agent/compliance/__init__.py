"""Reads marketing texts against advertising law and platform rules. No legal advice: it marks, explains and proposes, and never rewrites."""

from __future__ import annotations

from agent.compliance.demands import Demand, demands, demands_of
from agent.compliance.model import Facts, Finding, Question, Reading
from agent.compliance.reader import read, read_facts
from agent.compliance.regulated import Requirement, barred, category_of, reasons, requirements, testimony
from agent.compliance.rules import RuleBook, RulesUnreadable, load_rules

__all__ = [
    "Demand",
    "Facts",
    "Finding",
    "Question",
    "Reading",
    "Requirement",
    "RuleBook",
    "RulesUnreadable",
    "barred",
    "category_of",
    "demands",
    "demands_of",
    "load_rules",
    "read",
    "read_facts",
    "reasons",
    "requirements",
    "testimony",
]
