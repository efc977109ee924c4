(source_file (contract_declaration) @tests)
