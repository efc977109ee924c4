-- What the other servers and linters find in an edit of ours: what there was just before it, and
-- what there is once they have looked at it.

local M = {}

local QUIET = 400 -- milliseconds without a change after which nothing more is waited for

---@type table<integer, {before: lsp.Diagnostic[], changed?: integer}> by buffer, the last edit's
local edited = {}

vim.api.nvim_create_autocmd("DiagnosticChanged", {
  group = vim.api.nvim_create_augroup("deskmate.problems", { clear = true }),
  callback = function(event)
    if edited[event.buf] then
      edited[event.buf].changed = vim.uv.now()
    end
  end,
})

--- Remembers what is wrong in the files of an edit, which is about to be applied.
---@param client vim.lsp.Client
---@param edit lsp.WorkspaceEdit
function M.note(client, edit)
  for _, file in ipairs(require("deskmate.edit").files(edit)) do
    local buffer = require("deskmate.buffers").of(file.uri)
    if vim.api.nvim_buf_is_loaded(buffer) then
      edited[buffer] = { before = M.list(client, buffer) }
    end
  end
end

--- Answers `deskmate/problems`, in the coroutine of the request.
---@param params {uri: string, seconds: number}
---@param context lsp.HandlerContext
---@return {before: lsp.Diagnostic[], after: lsp.Diagnostic[]}|vim.NIL
function M.find(params, context)
  local buffer = require("deskmate.buffers").of(params.uri)
  local found = edited[buffer]
  local client = vim.lsp.get_client_by_id(context.client_id)
  if not found or not client then
    return vim.NIL
  end
  local answering = assert(coroutine.running())
  local timer = assert(vim.uv.new_timer())
  local ends = vim.uv.now() + params.seconds * 1000
  timer:start(QUIET, QUIET / 4, function()
    local quiet = found.changed and vim.uv.now() - found.changed >= QUIET
    if (quiet or vim.uv.now() >= ends) and not timer:is_closing() then
      timer:close()
      vim.schedule(function()
        coroutine.resume(answering)
      end)
    end
  end)
  coroutine.yield()
  if edited[buffer] == found then
    edited[buffer] = nil
  end
  if not vim.api.nvim_buf_is_loaded(buffer) then
    return vim.NIL
  end
  return { before = found.before, after = M.list(client, buffer) }
end

---@param client vim.lsp.Client
---@param buffer integer
---@return lsp.Diagnostic[]
function M.list(client, buffer)
  return vim.tbl_map(function(one)
    return require("deskmate.diagnostics").to_lsp(client, one)
  end, vim.diagnostic.get(buffer, { severity = { min = vim.diagnostic.severity.WARN } }))
end

return M
