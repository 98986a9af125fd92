"""Reads marketing texts against advertising law and platform rules. No legal advice: it marks, explains and proposes, and never rewrites."""

from __future__ import annotations

from agent.compliance.model import Facts, Finding, Question, Reading
from agent.compliance.reader import read, read_facts
from agent.compliance.rules import RuleBook, RulesUnreadable, load_rules

__all__ = ["Facts", "Finding", "Question", "Reading", "RuleBook", "RulesUnreadable", "load_rules", "read", "read_facts"]
