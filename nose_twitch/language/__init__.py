"""From a person's text to findings, durations and answers: spaCy and word lists, knows no Rasa."""
