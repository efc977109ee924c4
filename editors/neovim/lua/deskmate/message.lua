-- What the user is told.

local M = {}

-- The types of messages of LSP, from 1.
local LEVELS = { "ERROR", "WARN", "INFO", "DEBUG" }

local HIGHLIGHTS = { [vim.log.levels.ERROR] = "ErrorMsg", [vim.log.levels.WARN] = "WarningMsg" }

local MORE = " … :messages"

--- Shows a `window/showMessage` of the server.
---@param params {type: integer, message: string}
function M.show(params)
  M.tell(params.message, vim.log.levels[LEVELS[params.type] or "INFO"])
end

---@param message string
function M.warn(message)
  M.tell("Deskmate: " .. message, vim.log.levels.WARN)
end

--- Tells by `vim.notify`, but for Neovim's own, which stops whoever is typing to ask for Enter
--- where a message is wider than the window: that gets as much of it as fits, and `:messages` has
--- it all.
---@param message string
---@param level integer
function M.tell(message, level)
  local own = debug.getinfo(vim.notify, "S").source:match("^@vim/_")
  if not own or vim.api.nvim_strwidth(message) <= vim.v.echospace and not message:find("\n") then
    vim.notify(message, level, { title = "Deskmate" })
    return
  end
  local lines = M.wrap(message, vim.v.echospace - vim.api.nvim_strwidth(MORE))
  for _, line in ipairs(lines) do
    vim.api.nvim_echo({ { line } }, true, {})
    vim.cmd.redraw() -- or else Neovim takes one line after another for one long message
  end
  vim.api.nvim_echo({ { lines[1] .. MORE, HIGHLIGHTS[level] } }, false, {})
end

--- The words of a text in lines of at most this many cells.
---@param text string
---@param width integer
---@return string[]
function M.wrap(text, width)
  local lines = { "" }
  for word in text:gmatch("%S+") do
    local longer = lines[#lines] == "" and word or lines[#lines] .. " " .. word
    if vim.api.nvim_strwidth(longer) > width and lines[#lines] ~= "" then
      table.insert(lines, word)
    else
      lines[#lines] = longer
    end
  end
  return lines
end

return M
