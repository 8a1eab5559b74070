"""Measurements: cold starts under Lambda's runtime interface client, and load. `make bench` runs them."""
