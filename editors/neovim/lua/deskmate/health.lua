-- :checkhealth deskmate

local M = {}

function M.check()
  local health = vim.health
  health.start("Deskmate")
  if vim.fn.has("nvim-0.11") == 0 then
    health.error("Neovim is older than 0.11.", "Update Neovim.")
    return
  end
  health.ok("Neovim " .. tostring(vim.version()))
  if not vim.lsp.is_enabled("deskmate") then
    health.error("The server is not enabled.", 'Call require("deskmate").setup() in your init.lua.')
    return
  end
  local command = vim.lsp.config.deskmate.cmd
  if type(command) ~= "table" then
    health.ok("The server is started by a function of yours.")
  elseif vim.fn.executable(command[1]) == 0 then
    health.error(("`%s` is no program."):format(command[1]), {
      "Install Deskmate: `uv tool install .` or `make install` in its clone.",
      'Or say where it is: setup({ cmd = { "/path/to/deskmate", "serve" } })',
    })
  else
    M.doctor(command[1])
  end
  local clients = vim.lsp.get_clients({ name = "deskmate" })
  for _, client in ipairs(clients) do
    local buffers = vim.tbl_count(client.attached_buffers)
    local where = client.root_dir or "no folder"
    health.ok(("The server runs for %d buffers, in %s."):format(buffers, where))
  end
  local trouble = require("deskmate.server").trouble
  if trouble then
    health.warn("The server ended unexpectedly at " .. trouble .. ".", "`:LspLog` may say why.")
  end
  if #clients == 0 then
    health.warn("No server runs yet.", "Open a file; `:LspLog` says why one did not start.")
  end
end

--- What `deskmate doctor` says: lines of a state, and below it how to fix what is wrong.
---@param program string
function M.doctor(program)
  local done = vim.system({ program, "doctor" }, { text = true, timeout = 60000 }):wait()
  local found = {}
  for line in vim.gsplit(done.stdout or "", "\n", { trimempty = true }) do
    local state, words = line:match("^(%a+) +(.*)$")
    if state then
      table.insert(found, { state = state, words = words, advice = {} })
    elseif found[#found] then
      table.insert(found[#found].advice, vim.trim(line))
    end
  end
  if #found == 0 then
    vim.health.error("`" .. program .. " doctor` failed.", vim.trim(done.stderr or ""))
  end
  local show = { ok = vim.health.ok, warning = vim.health.warn, problem = vim.health.error }
  for _, one in ipairs(found) do
    local advice = #one.advice > 0 and one.advice or nil
    (show[one.state] or vim.health.info)(one.words, advice)
  end
end

return M
