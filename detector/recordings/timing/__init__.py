"""When samples were taken: stamps laid on lines, gaps, rates and their changes, local times in UTC."""
