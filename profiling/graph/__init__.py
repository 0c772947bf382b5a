"""The graph's declarations: which predicates there are and how their facts live together."""

from profiling.graph.predicates import Predicate, load_predicates

__all__ = ["Predicate", "load_predicates"]
