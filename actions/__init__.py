"""Rapport's action server: thin actions between Rasa and the engine, one file a job."""
