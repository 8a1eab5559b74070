"""The command line for operators, which asks the operators' API as anybody would: with signed requests.

Knows the API's routes and where AWS credentials are; must not know tables, nor the functions' code.
"""
