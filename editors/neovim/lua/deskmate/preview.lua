-- An edit as a diff, before it is applied. The window does not take the cursor: the edit comes when
-- the model is done, and what the user is typing by then must not answer.

local window = require("deskmate.window")

local M = {}

---@type {title: string, diff: string[], buffer?: integer, decide: fun(wanted: boolean)}[]
--- the first one is shown
local waiting = {}

--- Shows the edit, and waits for what the user decides. Runs in the coroutine of a request.
---@param params lsp.ApplyWorkspaceEditParams
---@param encoding string
---@return boolean wanted
function M.ask(params, encoding)
  local asking = assert(coroutine.running())
  table.insert(waiting, {
    title = params.label or "Edit",
    diff = M.diff(params.edit, encoding),
    decide = vim.schedule_wrap(function(wanted)
      coroutine.resume(asking, wanted)
    end),
  })
  if #waiting == 1 then
    M.show()
  end
  return coroutine.yield()
end

--- The edit that is shown is applied.
function M.accept()
  M.decide(true)
end

--- The edit that is shown is not applied.
function M.discard()
  M.decide(false)
end

--- None of those that wait is applied.
function M.discard_all()
  while waiting[1] do
    M.decide(false)
  end
end

--- The lines of a unified diff of all files.
---@param edit lsp.WorkspaceEdit
---@param encoding string
---@return string[]
function M.diff(edit, encoding)
  local lines = {}
  for _, file in ipairs(require("deskmate.edit").files(edit)) do
    local name = vim.fn.fnamemodify(vim.uri_to_fname(file.uri), ":.")
    local before, after = M.texts(file, encoding)
    vim.list_extend(lines, { "--- " .. name, "+++ " .. name })
    local hunks = vim.diff(before, after, { ctxlen = 3 }) --[[@as string]]
    vim.list_extend(lines, vim.split(vim.trim(hunks), "\n"))
  end
  return lines
end

function M.texts(file, encoding)
  local buffer = vim.uri_to_bufnr(file.uri)
  vim.fn.bufload(buffer)
  local before = vim.api.nvim_buf_get_lines(buffer, 0, -1, true)
  local copy = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(copy, 0, -1, true, before)
  vim.lsp.util.apply_text_edits(vim.deepcopy(file.edits), copy, encoding)
  local after = vim.api.nvim_buf_get_lines(copy, 0, -1, true)
  vim.api.nvim_buf_delete(copy, { force = true })
  return table.concat(before, "\n") .. "\n", table.concat(after, "\n") .. "\n"
end

function M.show()
  local first = waiting[1]
  local keys = { y = M.accept, n = M.discard, q = M.discard }
  local buffer = window.buffer("diff", first.title, keys)
  first.buffer = buffer
  vim.api.nvim_buf_set_lines(buffer, 0, -1, true, first.diff)
  vim.bo[buffer].modifiable = false
  vim.bo[buffer].bufhidden = "wipe"
  -- Whoever closes the window does not want the edit.
  vim.api.nvim_create_autocmd("BufWipeout", {
    buffer = buffer,
    once = true,
    callback = function()
      if waiting[1] and waiting[1].buffer == buffer then
        waiting[1].buffer = nil
        M.decide(false)
      end
    end,
  })
  window.show(buffer, first.title .. " · :Deskmate accept or y, :Deskmate discard or n", "split")
end

function M.decide(wanted)
  local first = table.remove(waiting, 1)
  if not first then
    require("deskmate.message").warn("No edit waits for you.")
    return
  end
  if first.buffer then
    vim.api.nvim_buf_delete(first.buffer, { force = true })
  end
  first.decide(wanted)
  if waiting[1] then
    vim.schedule(M.show)
  end
end

return M
