[
  (method name: (_) @function.name body: (body_statement) @function.body)
  (method name: (_) @function.name "=" body: (_) @function.value)
  (singleton_method name: (_) @function.name body: (body_statement) @function.body)
  (singleton_method name: (_) @function.name "=" body: (_) @function.value)
] @function.around

; Where there is no statement, the body is what ends it.
[
  (method !body name: (_) @function.name "end" @function.body)
  (singleton_method !body name: (_) @function.name "end" @function.body)
] @function.around

[
  (class name: (scope_resolution scope: (_) @class.owner name: (_) @class.name) body: (_) @class.body)
  (class name: (constant) @class.name body: (_) @class.body)
  (class !body name: (scope_resolution scope: (_) @class.owner name: (_) @class.name) "end" @class.body)
  (class !body name: (constant) @class.name "end" @class.body)
  (module name: (scope_resolution scope: (_) @class.owner name: (_) @class.name) body: (_) @class.body)
  (module name: (constant) @class.name body: (_) @class.body)
  (module !body name: (scope_resolution scope: (_) @class.owner name: (_) @class.name) "end" @class.body)
  (module !body name: (constant) @class.name "end" @class.body)
] @class.around

; private def …
(call arguments: (argument_list . (method) @wrapped .)) @wrapper
(call arguments: (argument_list . (singleton_method) @wrapped .)) @wrapper
