"""Labelled messages and patients, and what scores the guide on them."""
