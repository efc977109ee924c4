; inherits: c

(function_definition
  declarator: (_) @function.declarator
  (try_statement) @function.body) @function.around

(function_definition
  declarator: (_) @function.declarator
  [(default_method_clause) (delete_method_clause) (pure_virtual_clause)]) @function.around

; Declarations without a body: not in bodies, where `Lock lock(name);` is read like one.
[
  (field_declaration declarator: (_) @function.declarator) @function.around
  (field_declaration_list (declaration declarator: (_) @function.declarator) @function.around)
  (template_declaration (declaration declarator: (_) @function.declarator) @function.around)
  (friend_declaration (declaration declarator: (_) @function.declarator) @function.around)
]

(declaration
  declarator: (init_declarator
    declarator: (identifier) @function.name
    value: (lambda_expression body: (_) @function.body))) @function.around

; A test that a macro begins with its title: `TEST_CASE("adds") { … }`.
((expression_statement
  (call_expression
    function: (identifier) @_macro
    arguments: (argument_list . (string_literal (string_content) @function.name)))) @function.around
  . (compound_statement) @function.body
  (#match? @_macro "^[A-Z][A-Z_]+$"))

(class_specifier name: (_) @class.name body: (_) @class.body) @class.around

; `class EXPORT Name { … }`, which the grammar takes for a function; its members too.
(function_definition
  type: [(class_specifier !body) (struct_specifier !body)]
  declarator: (identifier) @class.name
  body: (_) @class.body) @class.around

(function_definition
  type: [(class_specifier !body) (struct_specifier !body)]
  body: (compound_statement
    [
      (declaration declarator: (_) @function.declarator) @function.around
      (labeled_statement (declaration declarator: (_) @function.declarator) @function.around)
    ]))

(template_declaration (_) @wrapped .) @wrapper
(friend_declaration (_) @wrapped) @wrapper

(function_definition (field_initializer_list)) @written
(function_definition declarator: (function_declarator declarator: (destructor_name))) @complete
(function_definition
  declarator: (function_declarator
    declarator: (qualified_identifier name: (destructor_name)))) @complete
