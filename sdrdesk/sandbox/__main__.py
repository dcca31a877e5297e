"""``python -m sdrdesk.sandbox``."""

from sdrdesk.sandbox.cli import main

raise SystemExit(main())
