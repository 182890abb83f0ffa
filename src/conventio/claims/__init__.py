"""Claims: the rules of the law run over services, the decisions, and their explanation."""
