; The class of a test file.
(program (class) @tests)
