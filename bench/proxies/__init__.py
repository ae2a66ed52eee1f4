"""weir, nginx and HAProxy doing one job, for bench/compare."""
