(function_definition
  (signature [
    (call_expression . (_) @function.name)
    (typed_expression . (call_expression . (_) @function.name))
    (where_expression . (call_expression . (_) @function.name))
    (where_expression . (typed_expression . (call_expression . (_) @function.name)))
    (identifier) @function.name
  ])
  . (_) @function.first) @function.around
(function_definition
  (signature [
    (call_expression . (_) @function.name)
    (typed_expression . (call_expression . (_) @function.name))
    (identifier) @function.name
  ] ) . "end" @function.body) @function.around
(macro_definition
  (signature (call_expression . (_) @function.name)) . (_) @function.first) @function.around
(assignment . (call_expression . (_) @function.name) (operator) . (_) @function.value) @function.around
(macrocall_expression
  (macro_identifier) @_macro
  (macro_argument_list . (string_literal (content) @function.name) . (compound_statement) @function.body)
  (#eq? @_macro "@testset")) @function.around

(struct_definition (type_head [(identifier) @class.name (_ . (identifier) @class.name)]) . (_) @class.first) @class.around
(struct_definition (type_head [(identifier) @class.name (_ . (identifier) @class.name)]) . "end" @class.body) @class.around
(abstract_definition (type_head [(identifier) @class.name (_ . (identifier) @class.name)])) @class.around
(module_definition name: (_) @class.name . (_) @class.first) @class.around
