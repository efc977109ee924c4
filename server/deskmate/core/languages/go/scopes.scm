(function_declaration name: (_) @function.name body: (_)? @function.body) @function.around

(method_declaration
  receiver: (parameter_list
    (parameter_declaration
      type: [
        (type_identifier) @function.owner
        (generic_type type: (_) @function.owner)
        (pointer_type (type_identifier) @function.owner)
        (pointer_type (generic_type type: (_) @function.owner))
      ]))
  name: (_) @function.name
  body: (_)? @function.body) @function.around

(method_elem name: (_) @function.name) @function.around

(var_spec
  name: (identifier) @function.name
  value: (expression_list . (func_literal body: (_) @function.body) .)) @function.around

(short_var_declaration
  left: (expression_list . (identifier) @function.name .)
  right: (expression_list . (func_literal body: (_) @function.body) .)) @function.around

(type_spec
  name: (_) @class.name
  type: [
    (struct_type (field_declaration_list) @class.body)
    (interface_type) @class.body
  ]) @class.around

(var_declaration . (var_spec) @wrapped .) @wrapper
(type_declaration . (type_spec) @wrapped .) @wrapper
