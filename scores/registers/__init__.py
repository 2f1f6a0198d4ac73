"""Registers that feed the figures of rubrics: one law for all of them; what differs is declared in `kinds`."""
