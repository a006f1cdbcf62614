"""How the second net was learned (`nose_twitch/language/meaning_net.py` uses the result)."""
