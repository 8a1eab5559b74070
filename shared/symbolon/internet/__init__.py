"""What is asked of others: one door to the internet, connections through it, and what is published there for everybody.

Knows hosts and tables; must not know what a provider's answers mean.
"""
