; The class of a test file.
(program (class_declaration body: (_) @tests))
