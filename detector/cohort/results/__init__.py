"""Tables of a cohort: a night, a person and a group a row."""
