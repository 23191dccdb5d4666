"""Where the nights of a cohort are computed: here, on a cluster of processes, on anybody's scheduler, by SLURM."""
