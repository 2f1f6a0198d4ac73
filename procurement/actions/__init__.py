"""What procurement writes: the edges of its cases, and the plan and registers beside them. Nothing else writes."""
