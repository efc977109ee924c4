(library_import
  (import_specification (configurable_uri (uri (_) @module @relative)) . ";")) @import @everything
(library_import
  (import_specification
    (configurable_uri (uri (_) @module @relative)) (combinator "show" (identifier) @name))) @import
(library_import
  (import_specification
    (configurable_uri (uri (_) @module @relative)) "as" (identifier) @alias)) @import
(library_export (configurable_uri (uri (_) @module @relative))) @import @everything @export

; The parts of a library see what all of it has.
(part_directive (uri) @module @relative) @import @everything @export
(part_of_directive (uri) @module @relative) @import @everything @export
