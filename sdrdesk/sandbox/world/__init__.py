"""The generated world of the sandbox CRM: the same seed gives the same account, byte for byte.

Standard library only: a package of names or numbers that changes would change every world.
"""

from sdrdesk.sandbox.world.generate import generate

__all__ = ["generate"]
