-- A window beside what is edited, which does not take the cursor.

local M = {}

--- Shows a buffer: in its window, in one that shows one of its kind already unless it is to be
--- `beside` that, else in a new one.
---@param buffer integer
---@param title string what stands above it
---@param where "split"|"float"
---@param beside boolean?
---@return integer window
function M.show(buffer, title, where, beside)
  local window = M.find(function(shown)
    return shown == buffer
  end) or not beside and M.find(function(shown)
    return vim.b[shown].deskmate == vim.b[buffer].deskmate
  end) or M.open(buffer, where)
  vim.api.nvim_win_set_buf(window, buffer)
  local here = vim.wo[window][0]
  here.winbar = where == "split" and " " .. title:gsub("%%", "%%%%") or ""
  here.wrap, here.linebreak, here.number, here.relativenumber = true, true, false, false
  here.signcolumn, here.foldenable = "no", false
  if where == "float" then
    vim.api.nvim_win_set_config(window, { title = " " .. title .. " " })
  end
  return window
end

--- The first window of this tab page whose buffer is one of these.
---@param is_wanted fun(buffer: integer): boolean
---@return integer?
function M.find(is_wanted)
  for _, window in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    if is_wanted(vim.api.nvim_win_get_buf(window)) then
      return window
    end
  end
end

--- A buffer of ours, with keys that work in it alone; its file type is its kind.
---@param filetype string
---@param name string
---@param keys table<string, function>
---@return integer
function M.buffer(filetype, name, keys)
  local buffer = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_name(buffer, ("deskmate://%d/%s"):format(buffer, name))
  vim.b[buffer].deskmate = filetype
  vim.bo[buffer].filetype = filetype
  for key, action in pairs(keys) do
    vim.keymap.set("n", key, action, { buffer = buffer, nowait = true })
  end
  return buffer
end

function M.open(buffer, where)
  if where == "float" then
    local width, height = math.min(80, vim.o.columns - 4), math.floor(vim.o.lines / 3)
    return vim.api.nvim_open_win(buffer, false, {
      relative = "editor",
      anchor = "SE",
      row = vim.o.lines - vim.o.cmdheight - 1,
      col = vim.o.columns,
      width = width,
      height = height,
      border = "rounded",
      style = "minimal",
    })
  end
  return vim.api.nvim_open_win(buffer, false, {
    split = "below",
    win = -1,
    height = math.floor(vim.o.lines / 3),
  })
end

return M
