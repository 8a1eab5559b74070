"""API Gateway and Lambda on this machine: HTTP in, the real handlers in process, HTTP out.

Knows the template's routes and the store; must not know SAM, Docker or a deployed stack.
"""
