"""The program as users get it: built, installed into an empty environment, and run there."""
