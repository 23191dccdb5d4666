"""Signal files of laboratories: EDF and its kin, WFDB, Unisens."""
