"""Routes that ask for AWS's signatures: who has signed a request, and whether a policy lets it through.

Knows requests and the operators' keys; must not know what any route does.
"""
