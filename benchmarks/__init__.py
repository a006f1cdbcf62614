"""Speed and weight, side by side with a peer."""
