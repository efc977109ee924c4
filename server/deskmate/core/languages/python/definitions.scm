(expression_statement
  (assignment left: (identifier) @variable.name type: (type)? @variable.type)) @variable.around

(expression_statement
  (assignment
    left: (pattern_list (identifier) @variable.name))) @variable.around

(expression_statement . (string) .) @below

(expression_statement
  (assignment
    left: (attribute object: (identifier) @_self attribute: (identifier) @field.name)
    type: (type)? @field.type)
  (#any-of? @_self "self" "cls")) @field.around

; self.name, self.mail = …
(expression_statement
  (assignment
    left: (pattern_list
      (attribute object: (identifier) @_self attribute: (identifier) @field.name)))
  (#any-of? @_self "self" "cls")) @field.around

(type_alias_statement left: (type) @type.name) @type.around

(class_definition
  superclasses: (argument_list [(identifier) (attribute) (subscript)] @base))
