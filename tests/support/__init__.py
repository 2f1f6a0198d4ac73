"""What tests build upon: a small made-up province and the people in it."""
