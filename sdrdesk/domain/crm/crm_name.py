"""The CRM as reps call it, for texts on screen."""

from __future__ import annotations

from typing import Final

CRM_NAME: Final = "HubSpot"
