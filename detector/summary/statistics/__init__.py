"""Pure statistics of nights: arrays in, intervals out. Whose nights they are is not known here."""
