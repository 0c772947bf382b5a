"""The one public HTTP server: chat API, widget files, pages of the demo shop."""
