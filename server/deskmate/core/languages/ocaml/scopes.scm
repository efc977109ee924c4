(value_definition
  . (let_binding
    pattern: (value_name) @function.name
    . (parameter)
    body: (_) @function.value) .) @function.around
(value_definition
  . (let_binding
    pattern: (value_name) @function.name
    body: [(fun_expression) (function_expression)] @function.value) .) @function.around
(method_definition name: (_) @function.name body: (_) @function.value) @function.around

; let rec f x = … and g x = …
(value_definition
  . (let_binding
    pattern: (value_name) @function.name
    . (parameter)
    body: (_) @function.value) @function.around
  . (let_binding))
(value_definition
  (let_binding)
  . (let_binding
    pattern: (value_name) @function.name
    . (parameter)
    body: (_) @function.value) @function.around)

(module_definition
  (module_binding (module_name) @class.name body: (structure) @class.body)) @class.around
(class_definition (class_binding (class_name) @class.name body: (_) @class.body)) @class.around
(type_definition (type_binding name: (_) @class.name body: (_) @class.body)) @class.around

; What is defined in an expression is a part of it.
(let_expression (value_definition) @none)
