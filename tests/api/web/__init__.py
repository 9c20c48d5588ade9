"""The web app: pages, words and formats."""
