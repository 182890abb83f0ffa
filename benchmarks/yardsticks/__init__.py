"""Other ways to the same answers, measured beside conventio; reported, with no bar to pass."""
