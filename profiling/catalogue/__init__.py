"""The catalogue:

readers for the feeds that shops have, the import into the store, and the view that the engine ranks over.
"""
