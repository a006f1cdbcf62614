"""What plugs into Rasa's own process: NLU components, the safety policy, the response generator."""
