(source_file (class_declaration body: (class_body)) @tests)
