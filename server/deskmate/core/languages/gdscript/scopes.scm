(function_definition name: (_) @function.name body: (_) @function.body) @function.around
(constructor_definition "_init" @function.name body: (_) @function.body) @function.around
(class_definition name: (_) @class.name body: (_) @class.body) @class.around
