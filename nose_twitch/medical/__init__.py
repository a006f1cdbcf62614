"""The clinical reasoning: pure Python and YAML, knows neither Rasa nor spaCy."""
