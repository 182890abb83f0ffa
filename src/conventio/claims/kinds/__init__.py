"""The rule kinds, one file each: what a rule of that kind asks, for all its entries at once."""
