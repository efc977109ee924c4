((throw_statement) @stub
  (#match? @stub "UnsupportedOperationException\\(\\)|(?i:not.?(yet.?)?(implemented|supported)|unimplemented|todo)"))
