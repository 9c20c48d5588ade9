"""The warehouse's models, built on histories like the product's."""
