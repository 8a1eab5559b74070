"""One file for each kind of operation: what is asked for, what is answered, and every error of its own."""
