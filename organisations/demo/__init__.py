"""A made-up administration in a real province: real districts and area codes, invented people and local bodies."""
