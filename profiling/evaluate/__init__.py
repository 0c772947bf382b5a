"""Evaluators: each takes labelled data and returns figures; `primary_metric` names the one that counts."""
