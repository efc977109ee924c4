"""What the local host process runs: each module loads a model and serves it over HTTP."""
