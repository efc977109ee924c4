(function_definition name: (_) @function.name body: (_) @function.body) @function.around
