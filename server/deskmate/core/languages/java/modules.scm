(package_declaration (_) @package)

(import_declaration (scoped_identifier scope: (_) @module name: (_) @name) .) @import
(import_declaration (scoped_identifier) @module (asterisk) @everything) @import
