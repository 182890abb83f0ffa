"""The law: data, its model, reading and checking, dates, gaps, the nomenclature."""
