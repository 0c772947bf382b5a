"""`python -m bot evaluate`: how good the dialogue's models are, on files of the caller's choice."""
