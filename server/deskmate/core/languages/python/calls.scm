(call function: (identifier) @call)

(wildcard_import) @everything
