"""`python -m deskmate` is the same as `deskmate`."""

from deskmate.cli import main

raise SystemExit(main())
