"""Holds the one submodule that rasa imports."""
