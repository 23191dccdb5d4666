"""What devices and libraries write as bytes: a room for each maker, one for signal files, one for arrays and tables."""
