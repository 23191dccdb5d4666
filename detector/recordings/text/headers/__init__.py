"""What stands above the rows: names of columns, and the rate, the start and the zone of a recording."""
