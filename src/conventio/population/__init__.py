"""A synthetic population: people who do not exist, and the rules that each service breaks."""
