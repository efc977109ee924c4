(function_definition
  declarator: (_) @function.declarator
  body: (_) @function.body) @function.around

; Prototypes: not in bodies, where `lock_t lock(name);` is read like one.
((declaration declarator: (_) @function.declarator) @function.around (#set! only "top"))
[
  (declaration_list (declaration declarator: (_) @function.declarator) @function.around)
  (linkage_specification (declaration declarator: (_) @function.declarator) @function.around)
  (preproc_if (declaration declarator: (_) @function.declarator) @function.around)
  (preproc_ifdef (declaration declarator: (_) @function.declarator) @function.around)
  (preproc_else (declaration declarator: (_) @function.declarator) @function.around)
  (preproc_elif (declaration declarator: (_) @function.declarator) @function.around)
]

[
  (struct_specifier name: (_) @class.name body: (_) @class.body)
  (union_specifier name: (_) @class.name body: (_) @class.body)
  (enum_specifier name: (_) @class.name body: (_) @class.body)
] @class.around

(type_definition
  type: [
    (struct_specifier !name body: (_) @class.body)
    (union_specifier !name body: (_) @class.body)
    (enum_specifier !name body: (_) @class.body)
  ]
  declarator: (_) @class.name) @class.around

(type_definition
  type: [
    (struct_specifier name: (_))
    (union_specifier name: (_))
    (enum_specifier name: (_))
  ] @wrapped) @wrapper

(linkage_specification body: [(function_definition) (declaration)] @wrapped) @wrapper

; `list_for_each(node, list) { … }` in a body; not in that of C++'s `class EXPORT Name { … }`, which
; is read like a function's.
((function_definition
  type: (_) @_type
  body: (compound_statement
    (function_definition
      !type declarator: (function_declarator declarator: (identifier))) @none))
  (#not-match? @_type "^(class|struct)\\b[^{]*$"))
(function_definition
  !type
  body: (compound_statement
    (function_definition
      !type declarator: (function_declarator declarator: (identifier))) @none))
([
  (for_statement)
  (while_statement)
  (do_statement)
  (if_statement)
  (else_clause)
  (switch_statement)
  (labeled_statement)
  (case_statement)
  (compound_statement)
] (compound_statement
  (function_definition
    !type declarator: (function_declarator declarator: (identifier))) @none))
(compound_statement (function_definition declarator: (parenthesized_declarator)) @none)
