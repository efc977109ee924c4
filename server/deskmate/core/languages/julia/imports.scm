[(using_statement) (import_statement)] @import
