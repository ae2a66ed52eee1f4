"""What the system tests and the comparisons share: the real weir as a process, ports, upstreams, raw sockets."""
