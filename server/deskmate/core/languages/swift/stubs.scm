((call_expression (simple_identifier) @_call) @stub
  (#any-of? @_call "fatalError" "preconditionFailure" "XCTFail"))
