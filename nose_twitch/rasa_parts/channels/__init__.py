"""Where people reach the guide by. Not part of the model: a change here needs no training."""
