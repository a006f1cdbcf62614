"""Sets up every test run; at the root because it must come before any test imports numpy or Rasa."""

from scripts.settings import apply_environment

apply_environment()
