(function_declaration
  name: (_) @function.name
  [(function_body (block) @function.body) (function_body "=" (_) @function.value)]?) @function.around
(secondary_constructor "constructor" @function.name (block) @function.body) @function.around

(class_declaration name: (_) @class.name [(class_body) (enum_class_body)]? @class.body) @class.around
(object_declaration name: (_) @class.name (class_body)? @class.body) @class.around
