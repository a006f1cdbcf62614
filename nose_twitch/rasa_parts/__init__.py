"""What plugs into Rasa's own process: NLU components, the safety policy, the response generator."""

from nose_twitch.rasa_parts.rasa_fixes import apply

apply()
