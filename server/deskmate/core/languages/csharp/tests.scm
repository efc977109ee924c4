; The class of a test file.
(compilation_unit (class_declaration body: (_) @tests))
(namespace_declaration body: (_ (class_declaration body: (_) @tests)))
