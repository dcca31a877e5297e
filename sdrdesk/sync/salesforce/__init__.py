"""The Salesforce connector, made from the public documentation: its API's names are only here.

It was never run against a live org, and says so wherever it is offered.
"""
