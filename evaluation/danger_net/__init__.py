"""How the second net was learned (`nose_twitch/language/danger_net.py` uses the result)."""
