"""What the guide is compared with: Rasa's default configuration, and a lean one, with this project's own data and actions."""
