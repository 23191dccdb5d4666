"""Recording a night: what comes is queued, and written by one thread, whatever the disk does meanwhile."""
