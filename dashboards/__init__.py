"""Streamlit over the lake: what managers look at."""
