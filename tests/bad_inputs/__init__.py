"""Folders that can't be used, or only doubtfully, each with the exact words about it."""
