"""Setting Rapport up and keeping it running. Standard library only: this runs before any environment exists."""
