(source_file (class_declaration (class_body)) @tests)
