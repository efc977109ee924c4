; The class of a test file.
(program (class_declaration body: (_) @tests))
(namespace_definition body: (_ (class_declaration body: (_) @tests)))
