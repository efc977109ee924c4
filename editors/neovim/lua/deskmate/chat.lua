-- Questions that follow an answer, and what can be done with its code.

local message = require("deskmate.message")

local M = {}

--- Asks what follows the last answer, or anew where there is none; without words it asks for them.
---@param words string
---@param given? {range?: lsp.Range, large?: boolean}
function M.follow_up(words, given)
  local conversation = require("deskmate.explanation").conversation()
  if not conversation then
    M.ask(words, given)
    return
  end
  M.with_words("Follow up: ", words, function(question)
    local client = require("deskmate.explanation").client()
    if client then
      local place = require("deskmate.explanation").place()
      local argument = vim.tbl_extend(
        "force",
        place and require("deskmate.place").to_lsp(client, place) or {},
        { question = question, conversation = conversation },
        given or {}
      )
      local buffer = place and place.buffer or vim.api.nvim_get_current_buf()
      local command = { title = "Ask", command = "deskmate.ask", arguments = { argument } }
      require("deskmate.jobs").start(command, client.id, buffer)
    end
  end)
end

--- Asks a question that begins a conversation.
---@param words string
---@param given? {range?: lsp.Range, large?: boolean}
function M.ask(words, given)
  M.with_words("Ask: ", words, function(question)
    require("deskmate").ask(question, given)
  end)
end

function M.with_words(prompt, words, continue)
  if words ~= "" then
    continue(words)
    return
  end
  local completion = "customlist,v:lua.require'deskmate.command'.mentions"
  vim.ui.input({ prompt = prompt, completion = completion }, function(typed)
    if typed and vim.trim(typed) ~= "" then
      continue(typed)
    end
  end)
end

--- The lines of the code that the cursor is in, or else of the next one below or the last.
---@return string[]?
function M.find_code()
  local row = vim.api.nvim_win_get_cursor(0)[1]
  local open, fence, found
  for at, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, true)) do
    local mark = line:match("^%s*(```+)") or line:match("^%s*(~~~+)")
    if mark and not open then
      open, fence = at, mark
    elseif mark and vim.startswith(mark, fence) then
      found = vim.api.nvim_buf_get_lines(0, open, at - 1, true)
      open = nil
      if at >= row then
        break
      end
    end
  end
  if not found then
    message.warn("There is no code in this answer.")
  end
  return found
end

function M.copy()
  local code = M.find_code()
  if code then
    vim.fn.setreg('"', code, "l")
    pcall(vim.fn.setreg, "+", code, "l") -- where there is a clipboard
    vim.notify("The code is copied; `p` puts it.", vim.log.levels.INFO)
  end
end

--- Puts the code below the cursor of the window that was used last, indented as its line is.
function M.insert()
  local code = M.find_code()
  local window = vim.fn.win_getid(vim.fn.winnr("#"))
  if not code then
    return
  end
  local into = window ~= 0 and vim.bo[vim.api.nvim_win_get_buf(window)]
  if not into or into.buftype ~= "" or not into.modifiable then
    message.warn("Go from the file that the code is to go into to this window first.")
    return
  end
  local buffer, row = vim.api.nvim_win_get_buf(window), vim.api.nvim_win_get_cursor(window)[1]
  local here = vim.api.nvim_buf_get_lines(buffer, row - 1, row, true)[1]
  local indent = here:match("^%s*")
  for at, line in ipairs(code) do
    code[at] = line ~= "" and indent .. line or ""
  end
  vim.api.nvim_buf_set_lines(buffer, vim.trim(here) == "" and row - 1 or row, row, true, code)
  vim.api.nvim_set_current_win(window)
end

function M.go()
  local place = require("deskmate.explanation").place()
  if place then
    require("deskmate.place").go(place)
  else
    message.warn("This answer is about no place in a file.")
  end
end

local HELP = "a follows up · A asks anew · i inserts the code at the cursor · c copies it · "
  .. "<CR> goes to what it is about · q closes"

--- The keys of an answer's window: nothing else is done by these where no text can be changed.
M.keys = {
  a = function()
    M.follow_up("")
  end,
  A = function()
    local place = require("deskmate.explanation").place()
    if place then
      require("deskmate.place").go(place)
    end
    M.ask("")
  end,
  i = M.insert,
  c = M.copy,
  ["<CR>"] = M.go,
  q = function()
    vim.api.nvim_win_close(0, true)
  end,
  ["g?"] = function()
    vim.notify(HELP, vim.log.levels.INFO)
  end,
}

return M
