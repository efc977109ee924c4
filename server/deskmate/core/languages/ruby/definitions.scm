(assignment left: (constant) @variable.name) @variable.around
(assignment left: (instance_variable) @field.name) @field.around
(operator_assignment left: (instance_variable) @field.name) @field.around
(call
  method: (identifier) @_method
  arguments: (argument_list (simple_symbol) @field.name)
  (#any-of? @_method "attr_reader" "attr_accessor" "attr_writer" "belongs_to" "has_many" "has_one"))
@field.around

(superclass [(constant) (scope_resolution)] @base)
(body_statement
  (call
    method: (identifier) @_method
    arguments: (argument_list [(constant) (scope_resolution)] @mixin)
    (#any-of? @_method "include" "extend" "prepend")))
