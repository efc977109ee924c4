(compilation_unit (class_definition body: (template_body)) @tests)
