(transaction) @transaction
(keyword_begin) @transaction
