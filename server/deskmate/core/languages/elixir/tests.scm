((source (call (do_block)) @tests) (#match? @tests "^defmodule"))
