"""What platforms demand of who signs players in by them: to hear what becomes of users there, and to take leave.

Knows accounts, records and how providers' statements are verified; must not know sign-in, or how sessions are made.
"""
