"""Live, on the API as it is served: two processes, one Redis."""
