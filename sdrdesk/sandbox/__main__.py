"""``python -m sdrdesk.sandbox``."""

from .cli import main

raise SystemExit(main())
