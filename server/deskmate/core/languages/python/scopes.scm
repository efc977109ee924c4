(function_definition
  name: (identifier) @function.name
  body: (block . (expression_statement . (string) .)? @function.doc) @function.body) @function.around

(class_definition
  name: (identifier) @class.name
  body: (block . (expression_statement . (string) .)? @class.doc) @class.body) @class.around

(decorated_definition definition: (_) @wrapped) @wrapper

; What is left for others to write is no stub.
(decorated_definition
  (decorator [(identifier) (attribute)] @_name)
  definition: (function_definition) @complete
  (#match? @_name "(^|\\.)(overload|abstractmethod)$"))
