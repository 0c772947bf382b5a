"""Telegram: a bot in the gateway's process, over the same sessions, inbox and turns as the web."""
