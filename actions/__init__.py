"""Custom actions: thin adapters between Rasa's action server and the medical reasoning."""

from nose_twitch.operations import logs

# Whoever starts the action server (`rasa run actions`, too) loads this first.
logs.install()
