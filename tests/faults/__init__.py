"""What the portal survives: servers that stop, freeze, forget and cut. Run by `make faults`."""
