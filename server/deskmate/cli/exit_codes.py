"""What `deskmate` tells its caller by its exit code."""

DONE, REFUSED, BAD_INPUT, NO_ANSWER, INTERRUPTED = 0, 1, 2, 3, 130
