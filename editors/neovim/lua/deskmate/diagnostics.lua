-- What the other servers and linters say of a buffer. Neovim gives each client its own only, and
-- the best that Fix bug and Explain can know is what the others have found.

local M = {}

local MOST = 100

--- The diagnostics of a buffer as LSP has them, the nearest to a row first.
---@param client vim.lsp.Client
---@param buffer integer
---@param row integer from 0
---@return lsp.Diagnostic[]
function M.near(client, buffer, row)
  local function distance(one)
    return math.max(one.lnum - row, row - (one.end_lnum or one.lnum), 0)
  end
  local found = vim.diagnostic.get(buffer)
  table.sort(found, function(one, other)
    return distance(one) < distance(other)
  end)
  return vim.tbl_map(function(one)
    return M.to_lsp(client, one)
  end, vim.list_slice(found, 1, MOST))
end

---@param client vim.lsp.Client
---@param one vim.Diagnostic
---@return lsp.Diagnostic
function M.to_lsp(client, one)
  local range = require("deskmate.range")
  local theirs = vim.tbl_get(one, "user_data", "lsp") or {}
  return {
    range = {
      start = range.position(client, one.lnum + 1, one.col, one.bufnr),
      ["end"] = range.position(
        client,
        (one.end_lnum or one.lnum) + 1,
        one.end_col or one.col,
        one.bufnr
      ),
    },
    message = one.message,
    severity = one.severity,
    source = one.source,
    code = one.code,
    relatedInformation = theirs.relatedInformation,
  }
end

--- Has every question for code actions bring them along.
---@param client vim.lsp.Client
function M.attach(client)
  local request = client.request
  client.request = function(self, method, params, handler, buffer)
    if method == "textDocument/codeAction" then
      local shown = require("deskmate.buffers").of(params.textDocument.uri)
      params.context.diagnostics = M.near(client, shown, params.range.start.line)
    end
    return request(self, method, params, handler, buffer)
  end
end

return M
