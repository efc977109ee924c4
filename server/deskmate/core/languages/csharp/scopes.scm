[
  (method_declaration name: (_) @function.name body: (_)? @function.body)
  (constructor_declaration name: (_) @function.name body: (_)? @function.body)
  (destructor_declaration name: (_) @function.name body: (_)? @function.body)
  (operator_declaration operator: _ @function.name body: (_)? @function.body)
  (conversion_operator_declaration type: (_) @function.name body: (_)? @function.body)
  (local_function_statement name: (_) @function.name body: (_)? @function.body)
  (delegate_declaration name: (_) @function.name)
  (property_declaration name: (_) @function.name accessors: (_) @function.body)
  (property_declaration name: (_) @function.name value: (arrow_expression_clause) @function.body)
  (indexer_declaration "this" @function.name accessors: (_) @function.body)
  (indexer_declaration "this" @function.name value: (arrow_expression_clause) @function.body)
  (event_declaration name: (_) @function.name accessors: (_) @function.body)
] @function.around

; A lambda that a field or a variable names.
[
  (field_declaration
    (variable_declaration
      (variable_declarator name: (_) @function.name (lambda_expression body: (block) @function.body))))
  (local_declaration_statement
    (variable_declaration
      (variable_declarator name: (_) @function.name (lambda_expression body: (block) @function.body))))
] @function.around

[
  (class_declaration name: (_) @class.name body: (_) @class.body)
  (struct_declaration name: (_) @class.name body: (_) @class.body)
  (interface_declaration name: (_) @class.name body: (_) @class.body)
  (record_declaration name: (_) @class.name body: (_)? @class.body)
  (enum_declaration name: (_) @class.name body: (_) @class.body)
] @class.around

(global_statement (local_function_statement) @wrapped) @wrapper
(global_statement (local_declaration_statement) @wrapped) @wrapper

(constructor_declaration (constructor_initializer)) @complete
(constructor_declaration parameters: (_) @_none (#eq? @_none "()")) @complete
(destructor_declaration) @complete
