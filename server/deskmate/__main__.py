"""`python -m deskmate` is the same as `deskmate`."""

from deskmate.cli.main import main

raise SystemExit(main())
