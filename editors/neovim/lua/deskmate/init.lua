-- Deskmate: a local coding model, as a language server. `:help deskmate` says how it is used.

local M = {}

local KEYS = { accept = "<Tab>", word = "<C-Right>", dismiss = "<C-]>", another = "<M-]>" }

--- What `setup` takes beside `cmd`, `filetypes` and `settings`, which go to `vim.lsp.config`.
---@class deskmate.Options
---@field explain "split"|"float" where an explanation is written
---@field preview boolean an edit is shown as a diff before it is applied
---@field progress boolean progress stands at the end of the line that is worked on
---@field completion deskmate.Keys|false the keys while text is suggested; nothing is with `false`
---@class deskmate.Keys
---@field accept string|false takes it
---@field word string|false takes its next word
---@field dismiss string|false takes it away
---@field another string|false shows another one
M.options = {
  explain = "split",
  preview = false,
  progress = true,
  completion = KEYS,
}

--- Where the plugin lies.
M.folder = vim.fn.fnamemodify(debug.getinfo(1, "S").source:sub(2), ":p:h:h:h")

local TYPES = {
  cmd = { "table", "function" },
  filetypes = "table",
  settings = "table",
  explain = "string",
  preview = "boolean",
  progress = "boolean",
  completion = { "table", "boolean" },
}

--- Has Neovim start the server for every file that it opens.
---@param given? table
function M.setup(given)
  if vim.fn.has("nvim-0.11") == 0 then
    local found = vim.version()
    local number = table.concat({ found.major, found.minor, found.patch }, ".")
    local message = "Deskmate needs Neovim 0.11 or newer, and this is "
      .. number
      .. ". Update "
      .. "Neovim, or start `deskmate serve` with the LSP client that you have."
    vim.notify(message, vim.log.levels.ERROR)
    return
  end
  given = given or {}
  for key, value in pairs(given) do
    local known = TYPES[key]
    if not known then
      local keys = table.concat(vim.fn.sort(vim.tbl_keys(TYPES)), ", ")
      require("deskmate.message").warn(("setup: no option `%s`; there are %s."):format(key, keys))
    else
      vim.validate(key, value, known)
    end
  end
  for key in pairs(M.options) do
    if given[key] ~= nil then
      local both = type(given[key]) == "table" and type(M.options[key]) == "table"
      M.options[key] = both and vim.tbl_extend("force", M.options[key], given[key]) or given[key]
    end
  end
  vim.lsp.config("deskmate", {
    cmd = given.cmd,
    filetypes = given.filetypes,
    settings = given.settings and { deskmate = given.settings },
  })
  -- Where Neovim has looked for plugins by now, the command is not there yet.
  vim.cmd.source(vim.fs.joinpath(M.folder, "plugin", "deskmate.lua"))
  require("deskmate.jobs").watch()
  if M.options.completion == true then
    M.options.completion = KEYS
  end
  require("deskmate.suggestion").watch(M.options.completion ~= false)
  vim.lsp.enable("deskmate")
end

---@param command string
---@param action string
---@param more? table
local function start(command, action, more)
  local client, buffer = M.client()
  if client then
    local argument = vim.tbl_extend("keep", { action = action }, more or {}, {
      uri = vim.uri_from_bufnr(buffer),
      range = require("deskmate.range").at_cursor(client),
    })
    local row = argument.range.start.line
    argument.diagnostics = require("deskmate.diagnostics").near(client, buffer, row)
    local chosen = { title = action, command = command, arguments = { argument } }
    require("deskmate.jobs").start(chosen, client.id, buffer)
  end
end

--- Runs an action: at the cursor, or in `range`, as LSP has ranges.
---@param action string an id of docs/actions.md
---@param more? {range?: lsp.Range, instruction?: string, large?: boolean}
function M.run(action, more)
  start("deskmate.run", action, more)
end

--- Shows what an action would show the model.
---@param action string
---@param more? {range?: lsp.Range}
function M.show_prompt(action, more)
  start("deskmate.showPrompt", action, more)
end

--- Asks a question about the selection, or else about the whole buffer.
---@param question string
---@param more? {range?: lsp.Range, large?: boolean}
function M.ask(question, more)
  local client, buffer = M.client()
  if client then
    local argument = vim.tbl_extend("keep", { question = question }, more or {})
    if vim.bo[buffer].buftype == "" then
      argument.uri = vim.uri_from_bufnr(buffer)
      local row = vim.api.nvim_win_get_cursor(0)[1] - 1
      argument.diagnostics = require("deskmate.diagnostics").near(client, buffer, row)
    end
    local command = { title = "Ask", command = "deskmate.ask", arguments = { argument } }
    require("deskmate.jobs").start(command, client.id, buffer)
  end
end

--- Ends what runs: the job of that number of the current buffer's server, or all of them.
---@param job? integer
function M.cancel(job)
  require("deskmate.preview").discard_all()
  if job then
    M.command("deskmate.cancel", { job = job })
    return
  end
  for _, client in ipairs(vim.lsp.get_clients({ name = "deskmate" })) do
    client:request("workspace/executeCommand", { command = "deskmate.cancel" }, function() end)
  end
end

--- Sends a command of docs/protocol.md that needs no place.
---@param name string
---@param argument? table
function M.command(name, argument)
  local client, buffer = M.client()
  if client then
    local params = { command = name, arguments = { argument } }
    client:request("workspace/executeCommand", params, function() end, buffer)
  end
end

--- For a mapping with `expr = true`: an action as an operator, which `.` repeats. Without a motion
--- it waits for one; with `"l"` it works at the cursor.
---@param action string
---@param motion? string
---@return string
function M.operator(action, motion)
  M.operate = function(kind)
    local client = M.client()
    if client then
      M.run(action, { range = require("deskmate.range").of_motion(client, kind) })
    end
  end
  vim.o.operatorfunc = "v:lua.require'deskmate'.operate"
  return "g@" .. (motion or "")
end

--- What runs, in a few words for a statusline; "" for nothing.
---@return string
function M.status()
  return require("deskmate.jobs").status()
end

--- The server of the current buffer, and the buffer; where there is none, the user is told.
---@return vim.lsp.Client?, integer
function M.client()
  local buffer = vim.api.nvim_get_current_buf()
  local client = vim.lsp.get_clients({ name = "deskmate", bufnr = buffer })[1]
    or require("deskmate.server").find(buffer)
  if not client then
    require("deskmate.message").warn("No server runs for this buffer; see :checkhealth deskmate.")
  end
  return client, buffer
end

return M
