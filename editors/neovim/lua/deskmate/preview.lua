-- An edit as a diff, before it is applied. The window does not take the cursor: the edit comes when
-- the model is done, and what the user is typing by then must not answer.

local parts = require("deskmate.parts")
local window = require("deskmate.window")

local M = {}

---@class deskmate.Shown
---@field title string
---@field diff string[]
---@field parts deskmate.Part[]
---@field buffer integer?
---@field decide fun(wanted: boolean)

---@type deskmate.Shown[] the first one is shown
local waiting = {}

--- Shows the edit, and waits for what the user decides. Runs in the coroutine of a request.
---@param params lsp.ApplyWorkspaceEditParams
---@param encoding string
---@return deskmate.Part[]? wanted its parts, some left out; nil for nothing of it
function M.ask(params, encoding)
  local asking = assert(coroutine.running())
  local diff, blocks = parts.diff(params.edit, encoding)
  table.insert(waiting, {
    title = params.label or "Edit",
    diff = diff,
    parts = blocks,
    decide = vim.schedule_wrap(function(wanted)
      coroutine.resume(asking, wanted)
    end),
  })
  if #waiting == 1 then
    M.show()
  end
  local wanted = coroutine.yield()
  local kept = vim.iter(blocks):any(function(part)
    return not part.left_out
  end)
  return wanted and (kept or #blocks == 0) and blocks or nil
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

--- Leaves the part at the cursor out of the edit that is shown, or takes it back in.
function M.toggle()
  parts.toggle(waiting[1].parts)
end

function M.show()
  local first = waiting[1]
  local several = #first.parts > 1
  local keys = { y = M.accept, n = M.discard, q = M.discard, x = several and M.toggle or nil }
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
  local more = several and ", x leaves a part out" or ""
  local words = first.title .. " · y or :Deskmate accept, n or :Deskmate discard" .. more
  window.show(buffer, words, "split")
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
