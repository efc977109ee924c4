(open_module module: (_) @module) @import @everything
(include_module module: (_) @module) @import @everything @export
(module_definition (module_binding (module_name) @alias body: (module_path) @module)) @import
