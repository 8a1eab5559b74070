"""What becomes of a stack in the end: it is copied elsewhere, deleted, brought back, put back in time, removed."""
