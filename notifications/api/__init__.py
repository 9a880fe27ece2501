"""The doors for programs to what they are told."""
