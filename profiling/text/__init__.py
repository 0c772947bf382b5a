"""Text:

tokens with the offsets of the raw utterance, and the terms that the lexical index and the gazetteer compare.
"""
