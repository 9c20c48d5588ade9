"""The product, slice by slice, on the real database."""
