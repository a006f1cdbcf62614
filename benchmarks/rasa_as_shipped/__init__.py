"""What Rasa as shipped does when something breaks: a small bot of Rasa's own parts only, and faults driven for real."""
