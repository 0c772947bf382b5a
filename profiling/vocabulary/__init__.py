"""Words of the trade: product types, colours, materials and features, with their synonyms and their order.

The YAML files beside this module are the data; a shop lays its own file of the same form on top.
"""

from profiling.vocabulary.taxonomy import Taxonomy, Vocabulary, load_vocabulary

__all__ = ["Taxonomy", "Vocabulary", "load_vocabulary"]
