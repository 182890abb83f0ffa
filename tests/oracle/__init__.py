"""A slow, plain reading of contract and law, to compare the engine with.

It imports nothing of conventio: what both agree on, two readers found in the texts.
"""
