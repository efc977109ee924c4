(rule (targets . (word) @function.name) (recipe) @function.body) @function.around
