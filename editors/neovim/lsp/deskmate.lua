-- What `vim.lsp.enable("deskmate")` starts; `vim.lsp.config("deskmate", …)` changes any of it.

---@type vim.lsp.Config
return {
  cmd = { require("deskmate.server").program(), "serve" },
  root_markers = { ".deskmate", ".git" },
  capabilities = {
    experimental = { deskmate = { stream = true, problems = true } },
    textDocument = { inlineCompletion = { dynamicRegistration = true } },
  },
  handlers = {
    ["deskmate/stream"] = function(_, piece, context)
      require("deskmate.explanation").add(piece, context.client_id)
    end,
    ["deskmate/problems"] = function(_, params, context)
      return require("deskmate.problems").find(params, context)
    end,
    ["workspace/applyEdit"] = function(_, params, context)
      return require("deskmate.edit").apply(params, context)
    end,
    ["window/showMessage"] = function(_, params)
      require("deskmate.message").show(params)
      return vim.NIL
    end,
  },
  on_init = function(client)
    require("deskmate.diagnostics").attach(client)
  end,
  on_exit = function(code, signal, client_id)
    require("deskmate.server").ended(code, signal, client_id)
  end,
  -- What the menu of code actions runs.
  commands = {
    ["deskmate.run"] = function(command, context)
      require("deskmate.jobs").start(command, context.client_id, context.bufnr)
    end,
  },
}
