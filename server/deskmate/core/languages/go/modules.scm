(package_clause (package_identifier) @package)

(import_spec path: (_) @module) @import
(import_spec name: [(package_identifier) (blank_identifier)] @alias path: (_) @module) @import
(import_spec name: (dot) @everything path: (_) @module) @import
