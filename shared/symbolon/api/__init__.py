"""A request and its answer: the event, its body and query, the errors, the log line.

Knows API Gateway's events and the settings; must not know what any route does, nor the tables.
"""
