"""The Nose Twitch Guide: medicine, language and Rasa parts, one folder each (docs/architecture.md)."""
