"""Rubrics as data, and the scores they give. Rubrics, facts and the engine are pure: no database, clock or floats."""
