-- Text while you type: what the server suggests stands behind the cursor until it is taken, typed
-- or dismissed. Keys are only mapped while something is shown.

local M = {}

local space = vim.api.nvim_create_namespace("deskmate.suggestion")

---@class deskmate.Suggestion
---@field buffer integer
---@field row integer from 0
---@field column integer in bytes
---@field texts string[] what may stand there
---@field chosen integer which of them is shown
---@field tick integer of the buffer's text at which it is

---@type deskmate.Suggestion?
local shown
---@type {client: vim.lsp.Client, id: integer}?
local asked
---@type table<string, table>
local covered = {}

local INVOKED, AUTOMATIC = 1, 2

---@return integer, integer, integer
local function place()
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  return vim.api.nvim_get_current_buf(), row - 1, column
end

local function cancel()
  if asked then
    asked.client:cancel_request(asked.id)
    asked = nil
  end
end

--- Takes away what is shown, and gives the keys back.
function M.clear()
  cancel()
  if not shown then
    return
  end
  local buffer = shown.buffer
  shown = nil
  if vim.api.nvim_buf_is_valid(buffer) then
    vim.api.nvim_buf_clear_namespace(buffer, space, 0, -1)
    for key, before in pairs(covered) do
      vim.keymap.del("i", key, { buffer = buffer })
      if before.buffer == 1 then
        vim.api.nvim_buf_call(buffer, function()
          vim.fn.mapset("i", false, before)
        end)
      end
    end
  end
  covered = {}
end

---@param text string
local function insert(text)
  local buffer, row, column = place()
  M.clear()
  vim.go.undolevels = vim.go.undolevels -- what is taken is an undo step of its own
  local lines = vim.split(text, "\n")
  vim.api.nvim_buf_set_text(buffer, row, column, row, column, lines)
  local last = #lines == 1 and column + #text or #lines[#lines]
  vim.api.nvim_win_set_cursor(0, { row + #lines, last })
end

--- Takes all of it.
function M.accept()
  if shown then
    insert(shown.texts[shown.chosen])
  end
end

--- Takes its next word, and goes on showing the rest.
function M.accept_word()
  if shown then
    local text = shown.texts[shown.chosen]
    insert(vim.fn.matchstr(text, [[^\_s*\%(\k\+\|\%(\k\@!\S\)\+\)]]))
  end
end

local function draw()
  local one = assert(shown)
  one.tick = vim.api.nvim_buf_get_changedtick(one.buffer)
  local lines = vim.split(one.texts[one.chosen], "\n")
  local below = {}
  for number = 2, #lines do
    below[#below + 1] = { { lines[number], "DeskmateSuggestion" } }
  end
  vim.api.nvim_buf_set_extmark(one.buffer, space, one.row, one.column, {
    id = 1,
    virt_text = { { lines[1], "DeskmateSuggestion" } },
    virt_text_pos = "inline",
    virt_lines = #below > 0 and below or nil,
  })
end

--- Shows another one, asked for where there is none yet.
function M.another()
  if shown and #shown.texts > 1 then
    shown.chosen = shown.chosen % #shown.texts + 1
    draw()
  else
    M.ask(INVOKED)
  end
end

--- Whether a menu or a snippet is to have the keys, which the user chose them for.
---@return boolean
local function others_have_keys()
  local cmp, blink = package.loaded["cmp"], package.loaded["blink.cmp"]
  return vim.fn.pumvisible() == 1
    or vim.snippet.active({ direction = 1 })
    or (cmp and cmp.visible and cmp.visible() or false)
    or (blink and blink.is_visible and blink.is_visible() or false)
end

local function map()
  local keys = require("deskmate").options.completion
  local does = { accept = M.accept, word = M.accept_word, dismiss = M.clear, another = M.another }
  for name, run in pairs(does) do
    local key = keys[name]
    if key and not covered[key] then
      covered[key] = vim.fn.maparg(key, "i", false, true)
      vim.keymap.set("i", key, function()
        if others_have_keys() then
          M.clear()
          vim.api.nvim_feedkeys(vim.keycode(key), "mi", false)
        else
          run()
        end
      end, { buffer = true, nowait = true })
    end
  end
end

---@param texts string[]
local function show(texts)
  local buffer, row, column = place()
  shown = { buffer = buffer, row = row, column = column, texts = texts, chosen = 1, tick = 0 }
  draw()
  map()
end

--- Asks what may follow at the cursor: in several ways, where a user wants them.
---@param kind? integer
function M.ask(kind)
  local buffer, row, column = place()
  local client = vim.lsp.get_clients({ name = "deskmate", bufnr = buffer })[1]
  cancel()
  if not client or not client:supports_method("textDocument/inlineCompletion", buffer) then
    return
  end
  local params = vim.tbl_extend(
    "force",
    vim.lsp.util.make_position_params(0, client.offset_encoding),
    { context = { triggerKind = kind or INVOKED } }
  )
  local _, id = client:request("textDocument/inlineCompletion", params, function(failed, result)
    asked = nil
    local at, line, behind = place()
    local here = at == buffer and line == row and behind == column
    local typing = vim.api.nvim_get_mode().mode:sub(1, 1) == "i"
    if failed or not here or not typing or others_have_keys() then
      return
    end
    local items = result and result.items or result or {}
    local texts = vim.tbl_map(function(item)
      return (item.insertText:gsub("\r\n?", "\n"))
    end, items)
    if #texts > 0 then
      M.clear()
      show(texts)
    end
  end, buffer)
  asked = id and { client = client, id = id }
end

--- Goes on with what is shown where it is what was typed, or else asks anew.
local function typed()
  local buffer, row, column = place()
  if shown and shown.buffer == buffer and shown.row == row and column > shown.column then
    local line = vim.api.nvim_buf_get_lines(buffer, row, row + 1, true)[1]
    local new = line:sub(shown.column + 1, column)
    local text = shown.texts[shown.chosen]
    if #new < #text and vim.startswith(text, new) then
      shown.texts, shown.chosen, shown.column = { text:sub(#new + 1) }, 1, column
      draw()
      return
    end
  end
  M.clear()
  M.ask(AUTOMATIC)
end

--- What is only shown looks like what is no text; grey, where colours of a terminal are wanted and
--- the scheme has none for that.
local function dim()
  local look = vim.api.nvim_get_hl(0, { name = "NonText", link = false })
  look.ctermfg = look.ctermfg or 8
  look.default = true
  vim.api.nvim_set_hl(0, "DeskmateSuggestion", look)
end

--- Has it all begin: what is typed is looked at from now on; or end, where it is not wanted.
---@param wanted boolean
function M.watch(wanted)
  local group = vim.api.nvim_create_augroup("deskmate.suggestion", {})
  if not wanted then
    M.clear()
    return
  end
  dim()
  local on = function(events, run)
    vim.api.nvim_create_autocmd(events, { group = group, callback = run })
  end
  on("ColorScheme", dim)
  on("TextChangedI", typed)
  on({ "InsertLeave", "BufLeave", "TextChangedP" }, M.clear)
  on("CursorMovedI", function()
    local buffer, row, column = place()
    if not shown then
      return
    end
    local typing = vim.api.nvim_buf_get_changedtick(buffer) ~= shown.tick and column >= shown.column
    local moved = shown.row ~= row or (column ~= shown.column and not typing)
    if shown.buffer ~= buffer or moved then
      M.clear()
    end
  end)
end

return M
