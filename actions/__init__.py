"""Custom actions: thin adapters between Rasa's action server and the medical reasoning."""
