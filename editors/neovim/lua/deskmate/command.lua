-- :Deskmate

local deskmate = require("deskmate")

local M = {}

-- What is no action of the server's.
local COMMANDS = {
  accept = function()
    require("deskmate.preview").accept()
  end,
  ask = function(words, given)
    require("deskmate.chat").ask(words, { range = M.range(given), large = given.bang or nil })
  end,
  cancel = function(words)
    deskmate.cancel(tonumber(words))
  end,
  ["clear-cache"] = function()
    deskmate.command("deskmate.clearCache")
  end,
  discard = function()
    require("deskmate.preview").discard()
  end,
  explanation = function()
    require("deskmate.explanation").open()
  end,
  ["follow-up"] = function(words, given)
    require("deskmate.chat").follow_up(words, { range = M.range(given), large = given.bang or nil })
  end,
  model = function()
    deskmate.command("deskmate.model")
  end,
  prompt = function(words, given)
    deskmate.show_prompt(words, { range = M.range(given) })
  end,
  ["last-reply"] = function()
    deskmate.command("deskmate.showLastReply")
  end,
}

---@param given vim.api.keyset.create_user_command.command_args
function M.run(given)
  local name, words = given.args:match("^(%S*)%s*(.-)%s*$")
  if name == "" then
    M.menu(given)
  elseif COMMANDS[name] then
    COMMANDS[name](words, given)
  else
    local instruction = words ~= "" and words or nil
    local more = { range = M.range(given), instruction = instruction, large = given.bang or nil }
    deskmate.run(name, more)
  end
end

--- The code actions of Deskmate alone.
function M.menu(given)
  local lines = given.range > 0
      and { start = { given.line1, 0 }, ["end"] = { given.line2, #vim.fn.getline(given.line2) } }
    or nil
  vim.lsp.buf.code_action({
    range = lines,
    filter = function(action)
      local name = vim.tbl_get(action, "command", "command") or action.kind or ""
      return vim.startswith(name, "deskmate.")
    end,
  })
end

--- The selection where the command was typed from visual mode, else the lines that it was given;
--- nil where it was given none.
---@return lsp.Range?
function M.range(given)
  local client = given.range > 0 and deskmate.client()
  if not client then
    return nil
  end
  local range = require("deskmate.range")
  local selected = given.line1 == vim.fn.line("'<") and given.line2 == vim.fn.line("'>")
  if given.range == 2 and selected then
    return range.of_selection(client)
  end
  return range.of_lines(client, given.line1, given.line2)
end

local LINES = 10000 -- of a buffer in which names are looked for

--- Names that begin with `lead`: of what applies at the cursor, and of the commands above.
---@param lead string
---@param line string
---@return string[]
function M.complete(lead, line)
  if not line:match("Deskmate!?%s+%S*$") then
    return M.mentions(lead)
  end
  local names = vim.fn.sort(vim.tbl_keys(COMMANDS))
  vim.list_extend(names, M.offered(line:match("^'<,'>") ~= nil))
  return vim.tbl_filter(function(name)
    return vim.startswith(name, lead)
  end, names)
end

--- What an `@` at the end of some words may point at: what has changed, what is reported, a file, a
--- name of this buffer.
---@param words string
---@return string[]
function M.mentions(words)
  local before, begun = words:match("^(.*)@([%w_./-]*)$")
  if not before then
    return {}
  end
  local names = vim.list_extend({ "diff", "problems" }, vim.fn.getcompletion(begun, "file"))
  if begun ~= "" then
    local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, LINES, false), "\n")
    local there = {}
    for name in text:gmatch("[%a_][%w_]+") do
      there[name] = true
    end
    vim.list_extend(names, vim.fn.sort(vim.tbl_keys(there)))
  end
  names = vim.tbl_filter(function(name)
    return vim.startswith(name, begun)
  end, names)
  return vim.tbl_map(function(name)
    return before .. "@" .. (name:find("%s") and '"' .. name .. '"' or name)
  end, names)
end

local PATIENCE = 500 -- milliseconds; listing takes one or two

--- The ids of the actions that apply here.
---@param selected boolean to the selection, not at the cursor
---@return string[]
function M.offered(selected)
  local client = vim.lsp.get_clients({ name = "deskmate", bufnr = 0 })[1]
  if not client then
    return {}
  end
  local range = require("deskmate.range")
  local params = {
    textDocument = vim.lsp.util.make_text_document_params(),
    range = selected and range.of_selection(client) or range.at_cursor(client),
    context = { diagnostics = {}, triggerKind = vim.lsp.protocol.CodeActionTriggerKind.Automatic },
  }
  local answer = client:request_sync("textDocument/codeAction", params, PATIENCE, 0)
  local found = {}
  for _, action in ipairs(answer and answer.result or {}) do
    local argument = vim.tbl_get(action, "command", "arguments", 1) or {}
    table.insert(found, argument.action)
  end
  return found
end

return M
