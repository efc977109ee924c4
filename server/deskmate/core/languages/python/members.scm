; What is asked of what.
(attribute object: (_) @object attribute: (identifier) @member) @use
(call function: (_) @function) @call
(subscript
  value: (_) @of .
  subscript: [(identifier) (integer) (unary_operator) (attribute) (call) (binary_operator) (string)] .) @item
(parenthesized_expression . (_) @inner .) @same

; What the object itself is called.
(class_definition
  body: (block (function_definition parameters: (parameters . (identifier) @self))))
(class_definition
  body: (block
    (decorated_definition
      definition: (function_definition parameters: (parameters . (identifier) @self))) @_method)
  (#not-match? @_method "staticmethod"))

; What is known of a value where its name is bound.
(typed_parameter . (identifier) @name type: (type) @type)
(typed_default_parameter name: (identifier) @name type: (type) @type)
(assignment left: (identifier) @name type: (type) @type)
(assignment left: (identifier) @name !type right: (_) @value)
(named_expression name: (identifier) @name value: (_) @value)
(for_statement left: (identifier) @name right: (_) @each)
(for_in_clause left: (identifier) @name right: (_) @each)

; Where it may be something else than what it was bound as.
(call
  function: (identifier) @_test
  arguments: (argument_list . (_) @unsure)
  (#any-of? @_test
    "isinstance" "issubclass" "hasattr" "getattr" "setattr" "delattr" "type" "callable" "is_dataclass"))
(assignment left: (attribute) @unsure)
(match_statement subject: (_) @unsure)

; What is set on something is there from then on.
(assignment left: (attribute attribute: (identifier) @set))
(pattern_list (attribute attribute: (identifier) @set))
(tuple_pattern (attribute attribute: (identifier) @set))
(list_pattern (attribute attribute: (identifier) @set))
(list_splat_pattern (attribute attribute: (identifier) @set))
(for_statement left: (attribute attribute: (identifier) @set))
(as_pattern_target (attribute attribute: (identifier) @set))
(as_pattern_target (_ (attribute attribute: (identifier) @set)))

; Where what is missing is caught.
((try_statement
  body: (block) @unknown
  (except_clause [(identifier) @_error (_ (identifier) @_error) (_ (_ (identifier) @_error))]))
  (#any-of? @_error "AttributeError" "Exception" "BaseException"))
(try_statement body: (block) @unknown (except_clause . (block)))
