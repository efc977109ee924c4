-- What `vim.lsp.enable("deskmate")` starts; `vim.lsp.config("deskmate", …)` changes any of it.

---@type vim.lsp.Config
return {
  cmd = { "deskmate", "serve" },
  root_markers = { ".deskmate", ".git" },
  capabilities = { experimental = { deskmate = { stream = true } } },
  handlers = {
    ["deskmate/stream"] = function(_, piece)
      require("deskmate.explanation").add(piece)
    end,
    ["workspace/applyEdit"] = function(_, params, context)
      return require("deskmate.edit").apply(params, context)
    end,
    ["window/showMessage"] = function(_, params)
      require("deskmate.message").show(params)
      return vim.NIL
    end,
  },
  -- What the menu of code actions runs.
  commands = {
    ["deskmate.run"] = function(command, context)
      require("deskmate.jobs").start(command, context.client_id, context.bufnr)
    end,
  },
}
