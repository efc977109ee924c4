(function_declaration name: (_) @function.name body: (_)? @function.body) @function.around

(method_declaration name: (_) @function.name body: (_)? @function.body) @function.around

(var_declaration
  (var_spec
    name: (identifier) @function.name
    value: (expression_list . (func_literal body: (_) @function.body) .))) @function.around

(short_var_declaration
  left: (expression_list . (identifier) @function.name .)
  right: (expression_list . (func_literal body: (_) @function.body) .)) @function.around

(type_declaration . (type_spec name: (_) @class.name type: (struct_type (_) @class.body)) .) @class.around

(type_declaration . (type_spec name: (_) @class.name type: (interface_type) @class.body) .) @class.around
