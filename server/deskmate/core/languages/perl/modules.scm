(package_statement name: (package) @package)

(use_statement module: (package) @module) @import @everything
(require_expression (bareword) @module) @import @everything
