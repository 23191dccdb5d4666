"""Which column of a table is what: the time, the three axes of the accelerometer, and the name of the sensor."""
