"""Training of the models that we ship, and of a shop's own."""
