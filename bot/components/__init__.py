"""What Rasa loads into its own process, and what starts it. Imports nothing of the rest of Rapport."""
