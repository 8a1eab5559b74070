"""template.yaml as data: routes, functions, tables, CORS; and as plain CloudFormation.

Must not know what is done with them.
"""
