((pipeline) @import (#match? @import "^(using (module|namespace|assembly)|Import-Module|\\. )"))
