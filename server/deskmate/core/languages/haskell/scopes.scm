[
  (function name: (_) @function.name match: (match) @function.value)
  (bind name: (_) @function.name match: (match) @function.value)
] @function.around

(data_type name: (_) @class.name constructors: (_) @class.body) @class.around
(newtype name: (_) @class.name constructor: (_) @class.body) @class.around
(class name: (_) @class.name declarations: (_) @class.body) @class.around
(instance name: (_) @class.name declarations: (_) @class.body) @class.around

; What stands in a `where` or `let` belongs to the function around it.
(local_binds [(function) (bind)] @none)
