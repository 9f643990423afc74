"""The world of the simulator: no socket, no thread, no wall clock, no framework."""
