#!/usr/bin/env bats

setup() {
  load stats
}

@test "two" {
  run mean 1 2
  [ "$output" = "1.5" ]
}

@test "none" {
  if true; then
    run mean
    [ "$status" -eq 1 ]
  fi
}
