"""What Rasa's server is made of beside the model: where talks are kept, locks, the guard of each turn. No part of the model.

Rasa comes here through endpoints.yml, before it makes its agent.
"""

from nose_twitch.rasa_parts.server.turns import guard_turns

guard_turns()
