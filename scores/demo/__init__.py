"""Assessments of the demo: one published, one under way, one being examined, one told. All made up."""
