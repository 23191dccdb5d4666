"""The sheets that a night is handed on with: one for whom it is of, one for a clinician."""
