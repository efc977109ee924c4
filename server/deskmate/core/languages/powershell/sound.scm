; A file without a statement, in which there are only comments.
((ERROR) @sound (#match? @sound "^(\\s|#[^\\n]*\\n|#[^\\n]*$)*$"))
