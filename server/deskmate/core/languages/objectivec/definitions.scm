; inherits: c

(property_declaration
  (struct_declaration
    . (_) @field.type
    (struct_declarator [
      (identifier) @field.name
      (pointer_declarator declarator: (identifier) @field.name)
    ]))) @field.around
(instance_variable
  (struct_declaration
    . (_) @field.type
    (struct_declarator [
      (identifier) @field.name
      (pointer_declarator declarator: (identifier) @field.name)
    ]))) @field.around

; An implementation and a category only add to what is declared elsewhere.
(class_implementation . (identifier) @part.name) @part.around
(class_interface . (identifier) @part.name category: (_)) @part.around

(class_interface superclass: (_) @base)
