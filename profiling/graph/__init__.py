"""The graph's declarations: which predicates there are and how their facts live together."""

from profiling.graph.predicates import Predicate, Rule, load_predicates, load_rules

__all__ = ["Predicate", "Rule", "load_predicates", "load_rules"]
