"""The API's contract: docs/openapi.json, made from the template's routes and from what the functions check.

Knows the template, the sample events and the functions' own limits; nothing knows it but tests.
CONTRIBUTING.md has what to do for a new route.
"""
