"""Mutation: the law and the compiled queries changed by their smallest steps; cases must tell."""
