"""The profile: what a turn teaches, and what is known at a moment."""
