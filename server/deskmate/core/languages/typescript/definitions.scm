; Variables; those that hold a function or a class are its name, and those that hold a module are imports.
((lexical_declaration
  (variable_declarator name: (identifier) @variable.name type: (_)? @variable.type) @_whole) @variable.around
  (#not-match? @_whole "^\\w+\\s*=\\s*require\\([^()]*\\)$"))
((variable_declaration
  (variable_declarator name: (identifier) @variable.name type: (_)? @variable.type) @_whole) @variable.around
  (#not-match? @_whole "^\\w+\\s*=\\s*require\\([^()]*\\)$"))

(public_field_definition name: (_) @variable.name type: (_)? @variable.type) @variable.around
(interface_body
  (property_signature name: (_) @variable.name type: (_)? @variable.type) @variable.around)
(type_alias_declaration
  name: (_) @field.owner
  value: (object_type
    (property_signature name: (_) @field.name type: (_)? @field.type) @field.around))

(enum_body name: (_) @field.name @field.around)
(enum_assignment name: (_) @field.name) @field.around

; constructor(private readonly a: A)
(required_parameter
  [(accessibility_modifier) "readonly"]
  pattern: (identifier) @field.name
  type: (_)? @field.type) @field.around

(assignment_expression
  left: (member_expression object: (this) property: (_) @field.name)) @field.around

(type_alias_declaration name: (_) @type.name) @type.around

(extends_clause value: [(identifier) (member_expression)] @base)
(implements_clause
  [(type_identifier) @base (generic_type name: (_) @base) (nested_type_identifier) @base])
(extends_type_clause
  type: [(type_identifier) @base (generic_type name: (_) @base) (nested_type_identifier) @base])
