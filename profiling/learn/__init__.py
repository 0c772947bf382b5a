"""Learning from what shoppers do: counts of pairs, signals, and the weights that rank by them."""
