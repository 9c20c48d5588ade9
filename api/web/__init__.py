"""The web app: pages rendered on the server that need no JavaScript. Its parts meet in `app_parts.py`.

A page calls the same commands and queries as the API, and holds no rule. Screens in `pages/`, words in `words.py` and
`locale/`, the look in `static/css`.
"""
