"""The console of a deployed stack, on this machine: what it shows is asked of AWS, with the operator's own credentials.

Knows CloudFormation, CloudWatch and the operators' API; must not know tables, nor pages.
"""
